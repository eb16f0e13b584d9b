// The field `senders`, wherever campaigns are answered: their active senders by name. All campaigns of one request ask
// together, in one statement.
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { DataSource } from 'typeorm';
import { ofAccount, readWithin } from '../db/scope.js';
import { AppError } from '../errors.js';
import { type Ask, gather } from '../gathering.js';
import { Campaign } from './campaign.js';
import { Sender } from './sender.js';

const MOST_AT_ONCE = 1_000;

const READ = `
  select campaign.id as "campaignId", active.id, active.name
    from unnest($2::text[]) as campaign(id)
   cross join lateral (
     select s.id, s.name
       from campaign_sender c
       join sender s on s.account_id = c.account_id and s.id = c.sender_id
      where c.account_id = $1 and c.campaign_id = campaign.id and c.is_active
      order by lower(s.name), s.id
      limit $3) active`;

interface Asked {
  readonly campaignId: string;
  readonly first: number;
}
type Active = Pick<Sender, 'id' | 'name'>;
type Rosters = ReadonlyMap<string, readonly Active[]>;

@Resolver(() => Campaign)
export class CampaignRoster {
  /** By the context of the request. */
  private readonly asks = new WeakMap<object, Ask<Asked, Rosters>>();

  constructor(private readonly source: DataSource) {}

  @FieldResolver(() => [Sender], { description: 'Active senders by name.' })
  async senders(
    @Root() { accountId, id: campaignId }: Campaign,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: 'At most 1,000.' })
    given: number | null,
    @Ctx() request: object,
  ): Promise<readonly Active[]> {
    const first = given ?? 50;
    if (first < 0 || first > MOST_AT_ONCE)
      throw new AppError('BAD_USER_INPUT', `first: expected 0 to ${MOST_AT_ONCE}`);
    const ask = this.asks.get(request) ?? this.gatherOf(accountId);
    this.asks.set(request, ask);
    const rosters = await ask({ campaignId, first });
    return rosters.get(campaignId)?.slice(0, first) ?? [];
  }

  private readonly gatherOf = (accountId: string): Ask<Asked, Rosters> =>
    gather(async (asked) => {
      const campaignIds = [...new Set(asked.map((each) => each.campaignId))];
      const most = Math.max(...asked.map((each) => each.first));
      const rows = await readWithin(this.source, ofAccount(accountId), (db) =>
        db.query<(Active & { campaignId: string })[]>(READ, [accountId, campaignIds, most]),
      );
      const rosters = new Map<string, Active[]>(campaignIds.map((id) => [id, []]));
      for (const { campaignId, id, name } of rows) rosters.get(campaignId)?.push({ id, name });
      return rosters;
    }, 0);
}
