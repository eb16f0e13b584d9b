// A contact that is opted out now, as the API tells of it: who, when, where, and by whom.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../campaigns/queries.js';
import { OptOutSource } from '../counters/event.js';
import { DateTime, PhoneNumber } from '../scalars.js';
import type { Search } from './search.js';

/** Most opt-outs that are shown of one contact. */
export const MOST_SHOWN = 100;

@ObjectType('OptOut', { description: 'An opt-out that counts now: no later opt-in has undone it.' })
export class ListedOptOut {
  @Field(() => DateTime)
  at: Date;

  @Field(() => OptOutSource)
  source: OptOutSource;

  @Field(() => ID, { nullable: true, description: 'Where; null for an opt-out of the whole account.' })
  campaignId: string | null;

  @Field(() => String, { nullable: true })
  campaignName: string | null;

  @Field(() => ID, { nullable: true, description: 'Who noted it; null where nobody is named.' })
  senderId: string | null;

  @Field(() => String, { nullable: true })
  senderName: string | null;
}

@ObjectType()
export class OptedOutContact {
  @Field(() => PhoneNumber)
  contact: string;

  @Field(() => DateTime, { description: 'The newest of its opt-outs that count.' })
  at: Date;

  @Field(() => [ListedOptOut], {
    description: `Those that count, newest first, the newest ${MOST_SHOWN} of them.`,
  })
  optOuts: ListedOptOut[];
}

@ObjectType()
export class OptOutEdge {
  @Field(() => String)
  cursor: string;

  @Field(() => OptedOutContact)
  node: OptedOutContact;
}

@ObjectType()
export class OptOutConnection {
  @Field(() => [OptOutEdge])
  edges: OptOutEdge[];

  @Field(() => PageInfo)
  pageInfo: PageInfo;

  @Field(() => Int, {
    description: 'All that match. In an account of very many it takes longer than the page: ask for it once.',
  })
  totalCount: number;

  /** Whose they are and what they match: by it they are counted, where somebody asks. */
  accountId: string;
  search: Search | undefined;
}
