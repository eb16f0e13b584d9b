// What a reader was let in to see. Iterated, it is a mailbox of its own; its broadcast needs one for all its readers.
import type { CampaignKey, Hub } from './hub.js';
import type { Mailbox, Snapshot } from './mailbox.js';

export class Sight<S extends Snapshot & CampaignKey = Snapshot & CampaignKey> implements AsyncIterable<S> {
  constructor(
    readonly accountId: string,
    /** All as it stood when the reader came: no reader is shown less. */
    readonly known: readonly S[],
    private readonly hub: Hub<S>,
  ) {}

  [Symbol.asyncIterator](): Mailbox<S> {
    return this.hub.watch(
      this.accountId,
      this.known.map(({ campaignId }) => campaignId),
      this.known,
    );
  }
}
