// A page of the account's campaigns with their numbers: filtered, searched, in one of the orders.
import type { DataSource } from 'typeorm';
import type { CampaignStatus } from '../counters/event.js';
import { ofAccount, readWithin } from '../db/scope.js';
import { AppError } from '../errors.js';
import type { Campaign } from './campaign.js';
import {
  type CampaignSort,
  type Key,
  orderBy,
  readCursor,
  type SortDirection,
  writeCursor,
} from './order.js';
import { campaignsOf } from './reading.js';

export interface Page {
  readonly first: number;
  readonly after: string | null;
  readonly status: readonly CampaignStatus[] | null;
  readonly search: string | null;
  readonly sort: CampaignSort;
  readonly direction: SortDirection;
}

export interface CampaignPage {
  readonly edges: { cursor: string; node: Campaign }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
  readonly totalCount: number;
}

const MOST_AT_ONCE = 1_000;

/** A page of the account's campaigns. @throws AppError BAD_USER_INPUT naming `first` or `after` */
export async function listCampaigns(
  source: DataSource,
  accountId: string,
  page: Page,
): Promise<CampaignPage> {
  const { first, status, search, sort, direction } = page;
  if (first < 0 || first > MOST_AT_ONCE)
    throw new AppError('BAD_USER_INPUT', `first: expected 0 to ${MOST_AT_ONCE}`);
  const order = orderBy(sort, direction);
  const after = page.after === null ? undefined : readCursor(page.after, sort, order);
  const { totalCount, nodes, keys } = await readWithin(source, ofAccount(accountId), async (db) => {
    const matching = campaignsOf(db, accountId);
    if (status) matching.andWhere('analytics.status = any(:status)', { status });
    if (search) matching.andWhere('position(lower(:search) in lower(campaign.name)) > 0', { search });
    const totalCount = await matching.getCount();
    if (after) {
      const isBehind = direction === 'DESC' ? '<' : '>';
      matching.andWhere(`((${order.key}), campaign.id) ${isBehind} (:key::${order.type}, :id)`, { ...after });
    }
    const { entities, raw } = await matching
      // In brackets it is an expression beside the columns; without, it could be one of them under another name.
      .addSelect(`(${order.key})`, 'sorted_by')
      .orderBy('sorted_by', direction)
      .addOrderBy('campaign.id', direction)
      .limit(first + 1)
      .getRawAndEntities<{ sorted_by: Key | Date }>();
    return { totalCount, nodes: entities, keys: raw.map((row) => row.sorted_by) };
  });
  const edges = nodes.slice(0, first).map((node, index) => {
    const key = keys[index] ?? '';
    const place = { key: key instanceof Date ? key.toISOString() : key, id: node.id };
    return { cursor: writeCursor(sort, place), node };
  });
  return {
    edges,
    pageInfo: { hasNextPage: nodes.length > first, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount,
  };
}
