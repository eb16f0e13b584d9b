// What a screen reader is told of what happens by itself on a page: one sentence at a time.
import { type ReactNode, useState } from 'react';

export interface Announcer {
  say(sentence: string): void;
  /** Stands on the page from its beginning, or nothing in it would be told. */
  readonly element: ReactNode;
}

export function useAnnouncer(): Announcer {
  const [said, setSaid] = useState({ sentence: '', times: 0 });
  return {
    say: (sentence) => setSaid(({ times }) => ({ sentence, times: times + 1 })),
    element: (
      <p className="unseen" role="status">
        {/* The same sentence again is told again. */}
        <span key={said.times}>{said.sentence}</span>
      </p>
    ),
  };
}
