import { zonedText } from '../pieces/times.js';

export interface CompletionProps {
  readonly at: string | null | undefined;
  /** Whether initials are left and it is being sent. */
  readonly isUnderWay: boolean;
  readonly sendingEndsAt: string | null | undefined;
  readonly timeZone: string | null | undefined;
}

/** When all initials are sent. */
export function Completion({ at, isUnderWay, sendingEndsAt, timeZone }: CompletionProps) {
  if (!isUnderWay) return null;
  if (!at)
    return <p className="muted">No initial was sent lately, so nobody can say when all of them are.</p>;
  const isLate = Boolean(sendingEndsAt) && Date.parse(at) > Date.parse(sendingEndsAt ?? '');
  return (
    <p className="completion muted">
      As it goes now, all initials are sent by <b>{zonedText(at, timeZone)}</b>
      {isLate ? <span className="late">, after the sending window has ended.</span> : '.'}
    </p>
  );
}
