// The eight boxes: which there are, in which order, and how each is read from a snapshot.
import type { Snapshot } from '../feed/snapshot.js';
import type { Figures } from './figures.js';

export interface Box {
  readonly name: string;
  readonly label: string;
  value(snapshot: Snapshot, figures: Figures): string;
  /** For a share: the count and the whole that it is of, which stands behind it and is drawn as a track. */
  readonly share?: (snapshot: Snapshot) => { readonly part: number; readonly whole: number };
}

/** Stands where a ratio has nothing to divide by. */
const NONE = '—';

/** In reading order: five, then three. */
export const BOXES: readonly Box[] = [
  {
    name: 'initialsSent',
    label: 'Initials Sent',
    value: ({ initialsSent }, { count }) => count(initialsSent),
    share: ({ initialsSent, conversations }) => ({ part: initialsSent, whole: conversations }),
  },
  { name: 'segments', label: 'Segments', value: ({ segments }, { count }) => count(segments) },
  { name: 'replies', label: 'Replies', value: ({ replies }, { count }) => count(replies) },
  {
    name: 'replyPercent',
    label: 'Reply %',
    value: ({ replyPercent }, { percent }) => (replyPercent === null ? NONE : percent(replyPercent)),
  },
  {
    name: 'sendersContacts',
    label: 'Senders:Contacts',
    value: ({ contactsPerSender }, { count }) =>
      contactsPerSender === null ? NONE : `${count(1)}:${count(contactsPerSender)}`,
  },
  { name: 'autoOptOuts', label: 'Auto Opt Outs', value: ({ autoOptOuts }, { count }) => count(autoOptOuts) },
  {
    name: 'manualOptOuts',
    label: 'Manual Opt Outs',
    value: ({ manualOptOuts }, { count }) => count(manualOptOuts),
  },
  {
    name: 'totalOptOuts',
    label: 'Total Opt Outs',
    value: ({ totalOptOuts }, { count }) => count(totalOptOuts),
  },
];
