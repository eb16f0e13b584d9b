// The one voice of the boxes. Numbers that change many times a second would talk over everything else on the page.
import { useEffect, useRef, useState } from 'react';

const QUIET_MS = 15_000;

/**
 * What the status region says: the status at once whenever it changes; in between, at most every 15 s, those of the
 * facts that have changed since it last spoke.
 * @param facts one a box, always in the same order; none while there is nothing new to tell
 */
export function useAnnouncement(status: string, facts: readonly string[]): string {
  const [said, say] = useState(status);
  const last = useRef({ status, facts, at: 0 });
  useEffect(() => {
    const isKnown = status === last.current.status;
    const news = isKnown ? facts.filter((fact, index) => fact !== last.current.facts[index]) : [status];
    if (news.length === 0) return;
    const timer = setTimeout(
      () => {
        say(news.join(', '));
        last.current = { status, facts, at: Date.now() };
      },
      isKnown ? last.current.at + QUIET_MS - Date.now() : 0,
    );
    return () => clearTimeout(timer);
  });
  return said;
}
