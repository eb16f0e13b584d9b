// What is to be exported, as the page's address has it: /exports?kind=MESSAGES&campaign=ID, or the whole account over days.
import type { CreateExportInput, ExportFormat, ExportKind } from '@campaign-analytics/schema/graphql';

export interface ExportChoice {
  readonly kind: ExportKind;
  readonly isOfAccount: boolean;
  readonly campaignId: string | null;
  /** The first and the last day, UTC, YYYY-MM-DD. */
  readonly from: string;
  readonly to: string;
  readonly format: ExportFormat;
  readonly isCompressed: boolean;
}

const KINDS: readonly ExportKind[] = ['MESSAGES', 'CONVERSATIONS', 'OPT_OUTS', 'SENDERS', 'USAGE'];
const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;

const isDay = (text: string | null): text is string =>
  text !== null && DAY.test(text) && !Number.isNaN(Date.parse(text));
const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/** @param now milliseconds; left to itself, the range is the month so far */
export function choiceIn({ searchParams }: URL, now: number): ExportChoice {
  const today = dayOf(now);
  const [from, to] = [searchParams.get('from'), searchParams.get('to')];
  const kind = KINDS.find((each) => each === searchParams.get('kind')) ?? 'MESSAGES';
  return {
    kind,
    // Usage is counted by account.
    isOfAccount: kind === 'USAGE' || searchParams.get('of') === 'account',
    campaignId: searchParams.get('campaign'),
    from: isDay(from) ? from : `${today.slice(0, 8)}01`,
    to: isDay(to) ? to : today,
    format: searchParams.get('format') === 'JSON_LINES' ? 'JSON_LINES' : 'CSV',
    isCompressed: searchParams.has('compressed'),
  };
}

/** A campaign is exported whole. Of the account, what happens in time is; opt-outs and senders are as they are now. */
export const hasRange = ({ kind, isOfAccount }: ExportChoice): boolean =>
  isOfAccount && kind !== 'OPT_OUTS' && kind !== 'SENDERS';

/** Why it cannot be exported as it is, and whose field that is; null where it can. */
export function faultIn(
  choice: ExportChoice,
): { readonly field: 'campaign' | 'to'; readonly text: string } | null {
  if (!choice.isOfAccount && !choice.campaignId) return { field: 'campaign', text: 'Choose a campaign.' };
  if (hasRange(choice) && choice.to < choice.from)
    return { field: 'to', text: 'The last day is before the first one.' };
  return null;
}

/** @param id the same for every try of one wish, so that a lost answer starts no second export */
export function inputOf(choice: ExportChoice, id: string): CreateExportInput {
  const { kind, campaignId, from, to, format, isCompressed } = choice;
  return {
    id,
    kind,
    format,
    isCompressed,
    ...(!choice.isOfAccount && { campaignId }),
    ...(hasRange(choice) && { from: `${from}T00:00:00Z`, to: dayAfter(to) }),
  };
}

/** The range of the API ends before its `to`. */
const dayAfter = (day: string): string => new Date(Date.parse(day) + DAY_MS).toISOString();
