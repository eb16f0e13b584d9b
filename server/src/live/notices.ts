// Tells the other processes which campaigns moved, through Postgres: after commits, never inside them (a NOTIFY holds a
// cluster-wide lock until its transaction's end), and at most once a window. A notice is only a hint that saves time.
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { openListener } from '../db/listener.js';
import { Distribution, DURATIONS_MS } from '../distribution.js';
import type { Log } from '../log.js';

/** What the hub needs of a carrier between processes; another one can take its place. */
export interface Notices {
  /** Tells the others, some time within the window. */
  publish(accountId: string, campaignIds: Iterable<string>): void;
  /** Sends what waits, then stops. */
  close(): Promise<void>;
  readonly counts: Readonly<NoticeCounts>;
  /** How long nothing has been heard; with nothing to tell, a sign of life comes every 2 seconds. */
  silentMs(): number;
  /** Times that hearing was lost and found again. */
  reconnects(): number;
}

export interface NoticeCounts {
  sent: number;
  /** Could not be sent: the others find out by their polls. */
  unsent: number;
  /** Of other processes. */
  heard: number;
  /** This process's own that did not come back: what was sent meanwhile elsewhere was missed as well. */
  missed: number;
  /** From sending one to hearing it. */
  readonly lagMs: Distribution;
}

export interface NoticesOptions {
  readonly pool: Pool;
  readonly url: string;
  readonly windowMs: number;
  /** Another process moved these. */
  readonly onMoved: (accountId: string, campaignIds: readonly string[]) => void;
  /** Notices may have been missed. */
  readonly onGap: () => void;
  readonly log: Log;
}

const CHANNEL = 'campaign_moved';
/** Postgres takes less than 8,000 bytes a notice; ids are ASCII of at most 128 characters. */
const MOST_IDS = 50;

interface Notice {
  readonly from: string;
  readonly accountId: string;
  readonly campaignIds: readonly string[];
  /** On the sender's own clock. */
  readonly sentMs?: number;
}

/** What a payload says; undefined where it is not one of ours, as anybody with the database may send some. */
function readNotice(payload: string): Notice | undefined {
  try {
    const notice = JSON.parse(payload);
    const { from, accountId, campaignIds } = notice;
    return typeof from === 'string' &&
      typeof accountId === 'string' &&
      Array.isArray(campaignIds) &&
      campaignIds.every((id) => typeof id === 'string')
      ? notice
      : undefined;
  } catch {
    return undefined;
  }
}

export async function openNotices(options: NoticesOptions): Promise<Notices> {
  const self = randomUUID();
  let waiting = new Map<string, Set<string>>();
  let timer: NodeJS.Timeout | undefined;
  const counts: NoticeCounts = {
    sent: 0,
    unsent: 0,
    heard: 0,
    missed: 0,
    lagMs: new Distribution(DURATIONS_MS),
  };
  /** Sent, and not heard yet. */
  let outstanding = 0;

  const listener = await openListener({
    url: options.url,
    channel: CHANNEL,
    log: options.log,
    onGap: () => {
      counts.missed += outstanding;
      outstanding = 0;
      options.onGap();
    },
    onNotice: (payload) => {
      const notice = readNotice(payload);
      if (!notice) return;
      if (notice.from === self) {
        outstanding = Math.max(0, outstanding - 1);
        counts.lagMs.add(performance.now() - (notice.sentMs ?? 0));
        return;
      }
      counts.heard++;
      options.onMoved(notice.accountId, notice.campaignIds);
    },
  });

  async function send(): Promise<void> {
    timer = undefined;
    const payloads: string[] = [];
    const sentMs = performance.now();
    for (const [accountId, ids] of waiting) {
      const campaignIds = [...ids];
      while (campaignIds.length > 0)
        payloads.push(
          JSON.stringify({
            from: self,
            accountId,
            campaignIds: campaignIds.splice(0, MOST_IDS),
            sentMs,
          } satisfies Notice),
        );
    }
    waiting = new Map();
    outstanding += payloads.length;
    try {
      await options.pool.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [
        CHANNEL,
        payloads,
      ]);
      counts.sent += payloads.length;
    } catch (error) {
      outstanding = Math.max(0, outstanding - payloads.length);
      counts.unsent += payloads.length;
      options.log.warn({ reason: (error as Error).message }, 'could not send a notice: the others will poll');
    }
  }

  return {
    counts,
    silentMs: () => listener.silentMs(),
    reconnects: () => listener.reconnects,
    publish(accountId, campaignIds) {
      const ids = waiting.get(accountId) ?? new Set();
      for (const id of campaignIds) ids.add(id);
      waiting.set(accountId, ids);
      timer ??= setTimeout(send, options.windowMs);
    },

    async close() {
      if (timer) {
        clearTimeout(timer);
        await send();
      }
      await listener.close();
    },
  };
}
