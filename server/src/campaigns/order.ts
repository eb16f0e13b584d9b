// The orders in which campaigns are listed, and the cursors that go on from a place in one of them. A cursor holds the place
// itself, not a count of rows: whatever moves meanwhile, a campaign that keeps its place is met once.
import { registerEnumType } from 'type-graphql';
import { AppError } from '../errors.js';
import { isId, readInstant } from '../scalars.js';

export enum CampaignSort {
  CREATED_AT = 'CREATED_AT',
  NAME = 'NAME',
  INITIALS_SENT = 'INITIALS_SENT',
  REPLY_RATE = 'REPLY_RATE',
  OPT_OUTS = 'OPT_OUTS',
}
export enum SortDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}
registerEnumType(CampaignSort, {
  name: 'CampaignSort',
  description: 'By what campaigns are sorted; those that are equal in it, by id.',
  valuesConfig: {
    NAME: { description: 'In any case.' },
    REPLY_RATE: { description: 'Campaigns without an initial sent come last.' },
    OPT_OUTS: { description: 'totalOptOuts.' },
  },
});
registerEnumType(SortDirection, { name: 'SortDirection' });

export type Key = string | number;

export interface Place {
  readonly key: Key;
  readonly id: string;
}

/** In either direction behind every rate that there can be. */
const NO_RATE = { ASC: 1e10, DESC: -1 } as const;

interface Order {
  /** SQL of what is sorted by. */
  readonly key: string;
  readonly type: string;
  isKey(key: unknown): key is Key;
}

const isWhole = (key: unknown): key is number => Number.isSafeInteger(key);
const byNumber = (key: string): Order => ({ key, type: 'integer', isKey: isWhole });

/** No index on what moves: it would cost every recorded message more than the list costs its readers. */
export function orderBy(sort: CampaignSort, direction: SortDirection): Order {
  switch (sort) {
    case CampaignSort.CREATED_AT:
      return {
        key: 'campaign.createdAt',
        type: 'timestamptz',
        isKey: (key): key is Key => typeof key === 'string' && readInstant(key)?.toISOString() === key,
      };
    case CampaignSort.NAME:
      return {
        key: 'lower(campaign.name)',
        type: 'text',
        isKey: (key): key is Key => typeof key === 'string' && !key.includes('\0'),
      };
    case CampaignSort.INITIALS_SENT:
      return byNumber('analytics.initialsSent');
    case CampaignSort.OPT_OUTS:
      return byNumber('analytics.autoOptOuts + analytics.manualOptOuts');
    case CampaignSort.REPLY_RATE:
      return {
        key: `coalesce(analytics.replies::float8 / nullif(analytics.initialsSent, 0), ${NO_RATE[direction]})`,
        type: 'float8',
        isKey: (key): key is Key => Number.isFinite(key),
      };
  }
}

export const writeCursor = (sort: CampaignSort, { key, id }: Place): string =>
  Buffer.from(JSON.stringify([sort, key, id])).toString('base64url');

/** @throws AppError BAD_USER_INPUT naming `after`, for one of another order too */
export function readCursor(cursor: string, sort: CampaignSort, order: Order): Place {
  try {
    const [sorted, key, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (sorted === sort && order.isKey(key) && isId(id)) return { key, id };
  } catch {
    // What cannot be read is no cursor of ours either.
  }
  throw new AppError(
    'BAD_USER_INPUT',
    'after: expected an endCursor or cursor of an earlier page of this sort',
  );
}
