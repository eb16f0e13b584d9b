// Keys that lead through the rows: arrows among them, j and k from anywhere on the page, / to the search. They are links as
// before: Enter opens, Tab goes on. Keys of a single letter can be turned off, as some people's voice input types them.
import { type RefObject, useEffect, useState } from 'react';

const TURNED_OFF = 'campaign-analytics.no-letter-keys';

export interface RowKeysProps {
  readonly rows: RefObject<HTMLElement | null>;
  readonly search: RefObject<HTMLInputElement | null>;
}

export interface RowKeys {
  readonly hasLetters: boolean;
  setLetters(hasLetters: boolean): void;
}

export function useRowKeys({ rows, search }: RowKeysProps): RowKeys {
  const [hasLetters, setHasLetters] = useState(() => localStorage.getItem(TURNED_OFF) === null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target, key } = event;
      const isInRows = target instanceof Node && rows.current?.contains(target) === true;
      const isInSearch = target === search.current;
      const isTyping =
        target instanceof Element && target.matches('input, select, textarea, [contenteditable]');
      const mayUseLetters = hasLetters && !isTyping;
      let isTaken = false;
      if ((key === 'ArrowDown' && (isInRows || isInSearch)) || (key === 'j' && mayUseLetters))
        isTaken = focusRow(rows.current, 1);
      else if ((key === 'ArrowUp' && isInRows) || (key === 'k' && mayUseLetters))
        isTaken = focusRow(rows.current, -1);
      else if (key === '/' && mayUseLetters && search.current) {
        search.current.focus();
        search.current.select();
        isTaken = true;
      }
      if (isTaken) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [rows, search, hasLetters]);

  return {
    hasLetters,
    setLetters(next) {
      if (next) localStorage.removeItem(TURNED_OFF);
      else localStorage.setItem(TURNED_OFF, '');
      setHasLetters(next);
    },
  };
}

/** False where there is no row in that direction: the key then does what it always does. */
function focusRow(within: HTMLElement | null, by: 1 | -1): boolean {
  const links = [...(within?.querySelectorAll<HTMLElement>('tbody a') ?? [])];
  const now = links.indexOf(document.activeElement as HTMLElement);
  const next = now === -1 ? links[0] : links[now + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}
