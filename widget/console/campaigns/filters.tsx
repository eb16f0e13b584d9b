// Which campaigns, and on a phone in which order: all of it in the address.
import type { CampaignSort, CampaignStatus, SortDirection } from '@campaign-analytics/schema/graphql';
import type { RefObject } from 'react';
import { SearchField } from '../pieces/search-field.js';
import { STATUS_LABELS } from '../pieces/status-badge.js';
import { readdress } from '../router.js';
import { type Listing, listingHref, STATUSES, sortParameter } from './listing.js';

const ORDERS: readonly (readonly [name: string, CampaignSort, SortDirection])[] = [
  ['Newest first', 'CREATED_AT', 'DESC'],
  ['Oldest first', 'CREATED_AT', 'ASC'],
  ['Name, A to Z', 'NAME', 'ASC'],
  ['Name, Z to A', 'NAME', 'DESC'],
  ['Most initials sent', 'INITIALS_SENT', 'DESC'],
  ['Fewest initials sent', 'INITIALS_SENT', 'ASC'],
  ['Highest reply %', 'REPLY_RATE', 'DESC'],
  ['Lowest reply %', 'REPLY_RATE', 'ASC'],
  ['Most opt outs', 'OPT_OUTS', 'DESC'],
  ['Fewest opt outs', 'OPT_OUTS', 'ASC'],
];

export interface FiltersProps {
  readonly address: URL;
  readonly listing: Listing;
  readonly search: RefObject<HTMLInputElement | null>;
}

export function Filters({ address, listing, search }: FiltersProps) {
  const turn = (status: CampaignStatus, isOn: boolean): void => {
    const chosen = STATUSES.filter((each) => (each === status ? isOn : listing.statuses.includes(each)));
    readdress(listingHref(address, { status: chosen.map((each) => each.toLowerCase()) }));
  };
  const order = `${listing.sort} ${listing.direction}`;
  return (
    <div className="filters">
      <SearchField
        field={search}
        label="Search campaigns by name"
        placeholder="Search by name"
        value={listing.search}
        onSearch={(value) => readdress(listingHref(address, { search: value }))}
      />
      <fieldset className="chips">
        <legend className="unseen">Status</legend>
        {STATUSES.map((status) => (
          <label key={status}>
            <input
              type="checkbox"
              checked={listing.statuses.includes(status)}
              onChange={({ target }) => turn(status, target.checked)}
            />
            {STATUS_LABELS[status]}
          </label>
        ))}
      </fieldset>
      <select
        className="order"
        aria-label="Order"
        value={order}
        onChange={({ target }) => {
          const [sort, direction] = target.value.split(' ') as [CampaignSort, SortDirection];
          readdress(listingHref(address, { sort: sortParameter(sort, direction) }));
        }}
      >
        {ORDERS.map(([name, sort, direction]) => (
          <option key={name} value={`${sort} ${direction}`}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
