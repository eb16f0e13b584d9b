// Campaigns and their numbers, as the API's queries read them.
import { Arg, Args, ArgsType, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { DataSource } from 'typeorm';
import { accountOf, mayRead, type Viewer } from '../accounts/viewer.js';
import { CampaignAnalytics } from '../counters/analytics.js';
import { CampaignStatus } from '../counters/event.js';
import { isId } from '../scalars.js';
import { Campaign } from './campaign.js';
import { type CampaignPage, listCampaigns } from './listing.js';
import { CampaignSort, SortDirection } from './order.js';
import { findAnalytics, findCampaign } from './reading.js';

@ObjectType()
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage: boolean;

  @Field(() => String, { nullable: true })
  endCursor: string | null;
}

@ObjectType()
class CampaignEdge {
  @Field(() => String)
  cursor: string;

  @Field(() => Campaign)
  node: Campaign;
}

@ObjectType()
class CampaignConnection {
  @Field(() => [CampaignEdge])
  edges: CampaignEdge[];

  @Field(() => PageInfo)
  pageInfo: PageInfo;

  @Field(() => Int)
  totalCount: number;
}

@ArgsType()
class CampaignsArgs {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => [CampaignStatus], { nullable: true })
  status?: CampaignStatus[] | null;

  @Field(() => String, { nullable: true })
  search?: string | null;

  @Field(() => CampaignSort, { nullable: true, defaultValue: CampaignSort.CREATED_AT })
  sort?: CampaignSort | null;

  @Field(() => SortDirection, { nullable: true, defaultValue: SortDirection.DESC })
  direction?: SortDirection | null;
}

@Resolver()
export class CampaignQueries {
  constructor(private readonly source: DataSource) {}

  @Query(() => Campaign, {
    nullable: true,
    description: "The campaign, or null where there is none with this id in the caller's reach.",
  })
  async campaign(@Arg('id', () => ID) id: string, @Ctx('viewer') viewer: Viewer): Promise<Campaign | null> {
    const accountId = accountOf(viewer, 'READ');
    return isId(id) ? findCampaign(this.source, accountId, id) : null;
  }

  @Query(() => CampaignConnection)
  async campaigns(
    @Args(() => CampaignsArgs) { first, after, status, search, sort, direction }: CampaignsArgs,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<CampaignPage> {
    return listCampaigns(this.source, accountOf(viewer, 'READ'), {
      first: first ?? 50,
      after: after ?? null,
      status: status ?? null,
      search: search?.replaceAll('\0', '') ?? null,
      sort: sort ?? CampaignSort.CREATED_AT,
      direction: direction ?? SortDirection.DESC,
    });
  }

  @Query(() => CampaignAnalytics, {
    nullable: true,
    description: 'The same numbers as campaign(id).analytics; null where the campaign is not in reach.',
  })
  async campaignAnalytics(
    @Arg('campaignId', () => ID) campaignId: string,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<CampaignAnalytics | null> {
    if (!isId(campaignId) || !mayRead(viewer, campaignId)) return null;
    return findAnalytics(this.source, viewer.accountId, campaignId);
  }
}
