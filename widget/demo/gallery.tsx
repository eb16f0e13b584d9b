// Every state of the boxes on one page, by the very component of all faces; the form's fields may stand in the address.
import { render } from 'preact';
import { useState } from 'react';
import { EightBoxes, type Theme } from '../src/boxes/eight-boxes.js';
import { shadowOf } from '../src/faces/shadow.js';
import { paused, type State } from '../src/feed/state.js';
import { NUMBERS, statesOf } from './states.js';

const ALL = 'all';
const now = Date.now();
const form = document.querySelector('form') as HTMLFormElement;
const main = document.querySelector('main') as HTMLElement;
const names = Object.keys(statesOf(NUMBERS.usual!, now));
const field = (name: string): HTMLSelectElement => form.elements.namedItem(name) as HTMLSelectElement;

field('state').append(...[ALL, ...names].map((name) => new Option(name)));
for (const [name, value] of new URLSearchParams(location.search)) field(name).value = value;

interface ShownProps {
  readonly state: State;
  readonly locale: string;
  readonly theme: Theme;
}

/** Its pause control works, though nothing moves. */
function Shown({ state, locale, theme }: ShownProps) {
  const [isPaused, setPaused] = useState(false);
  return (
    <EightBoxes
      state={isPaused ? paused(state, now) : state}
      locale={locale}
      theme={theme}
      onPause={() => setPaused(true)}
      onResume={() => setPaused(false)}
    />
  );
}

/** One figure a state; with one chosen, always the same figure, so that it goes from state to state. */
function hostOf(id: string, caption: string): Element {
  let figure = document.getElementById(id);
  if (!figure) {
    figure = document.createElement('figure');
    figure.id = id;
    figure.append(document.createElement('figcaption'), document.createElement('div'));
    main.append(figure);
  }
  figure.children[0]!.textContent = caption;
  return figure.children[1]!;
}

function show(): void {
  const states = statesOf(NUMBERS[field('numbers').value]!, now);
  const theme = field('theme').value as Theme;
  const chosen = field('state').value;
  const isOne = chosen !== ALL;
  document.documentElement.dataset.theme = theme;
  for (const figure of main.querySelectorAll('figure')) if (isOne !== (figure.id === 'one')) figure.remove();
  for (const name of isOne ? [chosen] : names) {
    const host = hostOf(isOne ? 'one' : name, name) as HTMLElement;
    host.style.width = field('width').value;
    render(<Shown state={states[name]!} locale={field('locale').value} theme={theme} />, shadowOf(host));
  }
}

form.addEventListener('change', show);
show();
