// For servers without React: a snapshot comes in, the eight boxes go out as HTML that needs no script to be seen. With
// the script on the page, the element takes them over as they are and keeps them live.
import { renderToStaticMarkup } from 'preact-render-to-string';
import { EightBoxes, type Messages, type Theme } from './boxes/eight-boxes.js';
import { css } from './boxes/stylesheet.js';
import type { Snapshot } from './feed/snapshot.js';

export type { CampaignStatus, Snapshot } from './feed/snapshot.js';
export type { Messages, Theme };

export interface SnapshotOptions {
  /** BCP 47; `en` where it is left out. */
  readonly locale?: string | undefined;
  readonly messages?: Partial<Messages> | undefined;
  readonly theme?: Theme | undefined;
  /** IANA name of the zone in which the time of the numbers is written; `UTC` where it is left out. */
  readonly timeZone?: string | undefined;
  /** Of the page's content security policy, which must allow a style element. */
  readonly nonce?: string | undefined;
  /** More attributes of the element, such as `token-url` or `endpoint`; `campaign-id` is there already. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** `<campaign-analytics>` with a declarative shadow root. Write it into the page's HTML; `innerHTML` would not open it. */
export function renderSnapshot(snapshot: Snapshot, options: SnapshotOptions = {}): string {
  const { locale = 'en', messages, theme, timeZone = 'UTC', nonce, attributes } = options;
  const boxes = renderToStaticMarkup(
    <EightBoxes
      state={{ phase: 'loading' }}
      initialSnapshot={snapshot}
      locale={locale}
      messages={messages}
      theme={theme}
      timeZone={timeZone}
    />,
  );
  const host = attributesOf({ 'campaign-id': snapshot.campaignId, lang: locale, theme, ...attributes });
  const style = `<style${attributesOf({ nonce })}>${css}</style>`;
  const numbers = `<template${attributesOf({ 'data-snapshot': JSON.stringify(snapshot) })}></template>`;
  return `<campaign-analytics${host}><template shadowrootmode="open">${style}${boxes}${numbers}</template></campaign-analytics>`;
}

const attributesOf = (attributes: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(value ?? '')}"`)
    .join('');

const escaped = (value: string): string =>
  value.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
