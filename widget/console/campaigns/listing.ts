// What the address says of the list: which campaigns, in which order, from where on.
import type { CampaignSort, CampaignStatus, SortDirection } from '@campaign-analytics/schema/graphql';
import { type Parameters, withParameters } from '../router.js';

export interface Listing {
  readonly search: string;
  /** Empty: whatever their status. */
  readonly statuses: readonly CampaignStatus[];
  readonly sort: CampaignSort;
  readonly direction: SortDirection;
  /** The cursor that the page begins after. */
  readonly after: string | null;
}

export const STATUSES: readonly CampaignStatus[] = ['ACTIVE', 'PAUSED', 'DRAFT', 'ARCHIVED'];

/** Each sort with its name in the address and the direction in which people mean it first. */
const SORTS: Readonly<Record<CampaignSort, readonly [name: string, SortDirection]>> = {
  CREATED_AT: ['created', 'DESC'],
  NAME: ['name', 'ASC'],
  INITIALS_SENT: ['initials', 'DESC'],
  REPLY_RATE: ['replies', 'DESC'],
  OPT_OUTS: ['opt-outs', 'DESC'],
};
const DEFAULT = 'created-desc';

const sortNamed = (name: string): CampaignSort =>
  (Object.keys(SORTS) as CampaignSort[]).find((sort) => SORTS[sort][0] === name) ?? 'CREATED_AT';

export function readListing({ searchParams }: URL): Listing {
  const [, name = '', way] = (searchParams.get('sort') ?? DEFAULT).match(/^(.+)-(asc|desc)$/) ?? [];
  return {
    search: searchParams.get('search') ?? '',
    statuses: STATUSES.filter((status) => searchParams.getAll('status').includes(status.toLowerCase())),
    sort: sortNamed(name),
    direction: way === 'asc' ? 'ASC' : 'DESC',
    after: searchParams.get('after'),
  };
}

/** The address of the first page of another listing. */
export const listingHref = (address: URL, parameters: Parameters): string =>
  withParameters(address, { after: null, ...parameters });

/** How the address says it: without a word for the order that nobody asked for. */
export function sortParameter(sort: CampaignSort, direction: SortDirection): string | null {
  const parameter = `${SORTS[sort][0]}-${direction.toLowerCase()}`;
  return parameter === DEFAULT ? null : parameter;
}

/** The order that the head of a column leads to: its own, and the opposite where it is in that already. */
export function sortedBy(sort: CampaignSort, now: Listing): string | null {
  if (sort !== now.sort) return sortParameter(sort, SORTS[sort][1]);
  return sortParameter(sort, now.direction === 'ASC' ? 'DESC' : 'ASC');
}
