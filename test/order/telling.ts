// Tells histories to the server's own stations, in this process and with no transport between, and reads what they stored.
import { randomUUID } from 'node:crypto';
import type { CampaignStatus } from '@campaign-analytics/schema/graphql';
import { createCampaign, setCampaignStatus } from '@campaign-analytics/server/campaigns/commands.js';
import { readConfig } from '@campaign-analytics/server/config.js';
import { recount } from '@campaign-analytics/server/counters/recount.js';
import { askWithin, ofAccount, workWithin } from '@campaign-analytics/server/db/scope.js';
import { openWrite, type Write } from '@campaign-analytics/server/db/transaction.js';
import { AppError } from '@campaign-analytics/server/errors.js';
import { type Intake, openIntake } from '@campaign-analytics/server/intake/intake.js';
import { openStorage, type Storage } from '@campaign-analytics/server/storage.js';
import type { QueryResultRow } from 'pg';
import { afterAll, beforeAll, expect } from 'vitest';
import { at } from '../harness/campaign.ts';
import { useDatabase } from '../harness/database.ts';
import { openKeptLog } from '../harness/logs.ts';
import { type Command, type Event, isCounted } from './history.ts';

const CONTENT = {
  name: 'A campaign',
  description: null,
  initialMessage: null,
  sendingStartsAt: null,
  sendingEndsAt: null,
  timeZone: null,
  opensAt: null,
  closesAt: null,
  phoneNumbers: [],
};

/** An account that is told things. */
export interface Listener {
  /** What the commands are answered does not matter here: one that may not be is refused. */
  obey(commands: readonly Command[]): Promise<void>;
  /** In one call for each kind, all at once where `isAtOnce`. @returns how many items were new. */
  hear(events: readonly Event[], isAtOnce: boolean): Promise<number>;
  /** A line for each stored row, sorted, as `modelOf` has them. */
  readRows(): Promise<string[]>;
  /** Everything that is stored, whatever it is, but for revisions. */
  readAll(): Promise<unknown>;
  /** By campaign: the boxes, and their revision and instant. */
  readBoxes(): Promise<{ id: string; boxes: string; revision: number; updatedAt: string }[]>;
}

/** Batches are small here: without this, a third of PostgreSQL's time goes into planning the same statements again. */
const PLANS = `options=${encodeURIComponent('-c plan_cache_mode=force_generic_plan')}`;

const ACCOUNT = `
  insert into account (id, name, default_country, has_auto_opt_out, created_at)
  values ($1, 'Test', 'US', $2, clock_timestamp())`;
const second = (column: string): string => `extract(epoch from ${column} - '${at(0)}')::int`;
const ROWS = `
  select concat_ws(' ', 'boxes', campaign_id, status,
           concat_ws(',', conversations, initials_sent, segments, replies, auto_opt_outs, manual_opt_outs), senders) as row
    from campaign_analytics where account_id = $1
  union all
  select concat_ws(' ', 'conversation', campaign_id, contact,
           concat(message_count, ',', sent_count, ',', received_count, ',', segment_count, ',',
             ${second('first_message_at')}, ',', ${second('last_message_at')}),
           coalesce(${second('opted_out_at')}::text, 'undefined'), coalesce(opted_out_source::text, 'undefined'))
    from conversation where account_id = $1
  union all
  select concat('message ', id, ' ', campaign_id, ' ', contact, ' ', direction, ' ', sender_id, ' ', body, ' ', media_count, ' ',
           segments, ' ', ${second('at')}, ' ', ${second('status_at')},
           array_position(array['SENT', 'DELIVERED', 'UNDELIVERED', 'FAILED'], status::text) - 1, error_code, ' ')
    from message where account_id = $1
  union all
  select concat('status ', message_id, ' ', status, ' ', error_code, ' ', ${second('at')}) from status_report where account_id = $1
  union all
  select concat('optOut ', nullif(campaign_id, ''), ' ', contact, ' ', source, ' ', nullif(sender_id, ''), ' ', ${second('at')})
    from opt_out where account_id = $1
  union all
  select concat('optIn ', contact, ' ', ${second('at')}) from opt_in where account_id = $1
  union all
  select concat_ws(' ', 'sender', campaign_id, sender_id, is_active::text) from campaign_sender where account_id = $1`;

const BOXES = `
  select campaign_id as id, revision, updated_at::text as "updatedAt",
         concat_ws(',', status, conversations, initials_sent, segments, replies, senders, auto_opt_outs, manual_opt_outs) as boxes
    from campaign_analytics where account_id = $1 order by campaign_id`;

const TABLES: Readonly<Record<string, string>> = {
  campaign_analytics: `- 'revision' - 'updated_at'`,
  conversation: '',
  message: '',
  status_report: '',
  opt_out: '',
  opt_in: '',
  campaign_sender: '',
  sender: '',
};
const ALL = `select ${Object.entries(TABLES).map(
  ([table, less]) => `array(select (to_jsonb(t) - 'account_id' ${less})::text from ${table} t
    where account_id = $1 order by 1) as ${table}`,
)}`;

/** The instant in one of two spellings. */
const spell = (second: number, index: number): string =>
  index % 2 === 0 ? at(second) : `${at(second - 5_400).slice(0, -1)}-01:30`;

type Spelled<Each> = Each extends Event ? Omit<Each, 'at'> & { readonly at: string } : never;

const told = <Kind extends Event['kind']>(kind: Kind, events: readonly Event[]) =>
  events
    .map((each, index) => ({ ...each, at: spell(each.at, index) }) as Spelled<Event>)
    .filter((each): each is Extract<Spelled<Event>, { kind: Kind }> => each.kind === kind);

/** The messages among events as a host tells them, in one of two spellings by their places. */
export const messagesOf = (events: readonly Event[]) =>
  told('message', events).map((each) => ({ ...each, segments: isCounted(each) ? null : each.segments }));

async function obey(intake: Intake, write: Write, accountId: string, command: Command): Promise<unknown> {
  const { kind, campaignId, value } = command;
  const status = value as CampaignStatus;
  if (kind === 'create') return createCampaign(write, accountId, campaignId, CONTENT, status);
  if (kind === 'setStatus') return setCampaignStatus(write, accountId, campaignId, status);
  if (kind === 'addContact') return intake.addContacts(accountId, campaignId, [{ phone: value }]);
  if (kind === 'removeContact') return intake.removeContacts(accountId, campaignId, [value]);
  if (kind === 'addSender') return intake.addSenders(accountId, campaignId, [{ id: value, name: value }]);
  return intake.removeSenders(accountId, campaignId, [value]);
}

export interface Listeners {
  open(isAutoOptOut: boolean): Promise<Listener>;
}

/** On a database of the test file's own, of which in the end every box equals a recount. */
export function useListeners(connections: number): Listeners {
  const database = useDatabase();
  let storage: Storage;
  let write: Write;
  let intake: Intake;
  beforeAll(async () => {
    const config = readConfig({
      DATABASE_URL: `${database.url}?${PLANS}`,
      NODE_ENV: 'test',
      POOL_SIZE: String(connections),
    });
    storage = await openStorage(config, process.pid, openKeptLog());
    write = openWrite(storage.pool, () => undefined);
    intake = openIntake({
      pool: storage.pool,
      write,
      batchItems: 8,
      queueItems: 50_000,
      queueBytes: 64_000_000,
    });
  });
  afterAll(async () => {
    const { differences } = await recount(storage.pool, false);
    await storage.close();
    expect(differences).toEqual([]);
  }, 180_000);

  return {
    async open(isAutoOptOut) {
      const accountId = randomUUID();
      const scope = ofAccount(accountId);
      await workWithin(storage.pool, scope, (client) => client.query(ACCOUNT, [accountId, isAutoOptOut]));
      const read = async <Row extends QueryResultRow>(name: string, text: string) =>
        (await askWithin<Row>(storage.pool, scope, { name, text, values: [accountId] })).rows;
      return {
        async obey(commands) {
          for (const command of commands)
            await obey(intake, write, accountId, command).catch((error: unknown) => {
              if (!(error instanceof AppError) || !/CONFLICT|NOT_FOUND/.test(error.code)) throw error;
            });
        },
        async hear(events, isAtOnce) {
          const calls = [
            () => intake.recordMessages(accountId, messagesOf(events)),
            () => intake.recordMessageStatuses(accountId, told('status', events)),
            () => intake.recordOptOuts(accountId, told('optOut', events)),
            () => intake.recordOptIns(accountId, told('optIn', events)),
          ];
          let recorded = 0;
          if (isAtOnce)
            for (const answer of await Promise.all(calls.map((call) => call()))) recorded += answer.recorded;
          else for (const call of calls) recorded += (await call()).recorded;
          return recorded;
        },
        readRows: async () => (await read('rows', ROWS)).map(({ row }) => row as string).sort(),
        readAll: async () => (await read('all', ALL))[0],
        readBoxes: () => read('boxes', BOXES),
      };
    },
  };
}
