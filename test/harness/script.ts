// A scripted database for the hub, of which the test says what it holds, when a read begins to see and when it answers.
import type { CampaignKey } from '@campaign-analytics/server/live/hub.js';
import type { Mailbox } from '@campaign-analytics/server/live/mailbox.js';
import { type Deferred, deferred } from './deadline.ts';

export interface Row extends CampaignKey {
  readonly revision: number;
}

export const ACCOUNT = 'account';
export const MISSING = new Error('missing');
export const row = (campaignId: string, revision: number): Row => ({
  accountId: ACCOUNT,
  campaignId,
  revision,
});
/** Lets everything run that can. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A database of which the test says when a read begins to see and when it answers. */
export class Script {
  readonly revisions = new Map<string, number>();
  readonly asked: string[][] = [];
  private readonly waiting: {
    keys: readonly CampaignKey[];
    answer: Deferred<readonly Row[]>;
    seen: readonly Row[];
  }[] = [];

  read = (keys: readonly CampaignKey[]): Promise<readonly Row[]> => {
    const answer = deferred<readonly Row[]>();
    this.asked.push(keys.map((key) => key.campaignId));
    this.waiting.push({ keys, answer, seen: this.see(keys) });
    return answer.promise;
  };

  see(keys: readonly CampaignKey[]): readonly Row[] {
    return keys.flatMap(({ campaignId }) => {
      const revision = this.revisions.get(campaignId);
      return revision === undefined ? [] : row(campaignId, revision);
    });
  }

  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Answers the read under way: with what there was when it began, or what there is now, or not at all. */
  async settle(how: 'before' | 'now' | 'fail' = 'now'): Promise<void> {
    const read = this.waiting.shift();
    if (how === 'fail') read?.answer.reject(new Error('no connection'));
    else read?.answer.resolve(how === 'now' ? this.see(read.keys) : read.seen);
    await turn();
  }
}

/** Everything in a mailbox up to its end, and the error that it ended with. */
export async function drain(mailbox: Mailbox<Row>): Promise<{ pairs: [string, number][]; error: unknown }> {
  const pairs: [string, number][] = [];
  try {
    for await (const { campaignId, revision } of mailbox) pairs.push([campaignId, revision]);
    return { pairs, error: undefined };
  } catch (error) {
    return { pairs, error };
  }
}
