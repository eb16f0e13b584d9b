// Notices of moved campaigns in, the newest snapshot into every reader's mailbox out. Promise: after a moment of quiet every
// reader has the newest revision, whatever notices were lost: the row is the truth, and it is looked at again and again.
import type { Log } from '../log.js';
import { Mailbox, type Snapshot } from './mailbox.js';

/** A campaign of an account, as a process-wide name. */
export interface CampaignKey {
  readonly accountId: string;
  readonly campaignId: string;
}

export interface Hub<S extends Snapshot> {
  /**
   * A mailbox that has the current snapshot of each campaign and then every newer one, until it is closed.
   * No reader begins with less than `known`, what its caller has just read of these campaigns.
   * A campaign that is deleted is watched no more; the last one gone ends the mailbox with the error of `missing`.
   */
  watch(accountId: string, campaignIds: readonly string[], known?: readonly S[]): Mailbox<S>;
  /** These campaigns may have moved: those that somebody here watches are read soon. */
  moved(accountId: string, campaignIds: Iterable<string>): void;
  /** Somebody has just read these: readers of theirs get what is newer than they have. */
  learn(rows: readonly (S & CampaignKey)[]): void;
  /** Anything may have moved, such as after a gap in the notices. */
  refresh(): void;
  /** Ends all mailboxes. */
  close(): void;
}

export interface HubOptions<S extends Snapshot> {
  /** Reads these campaigns' rows; one that does not exist is left out. */
  readonly read: (keys: readonly CampaignKey[]) => Promise<readonly (S & CampaignKey)[]>;
  readonly missing: () => unknown;
  /** Nothing newer comes after this one, so that it ends the watch; left out: there is always more to come. */
  readonly isLast?: (snapshot: S) => boolean;
  /** Every watched campaign is read again this often. */
  readonly pollMs: number;
  readonly log: Log;
}

interface Channel<S extends Snapshot> extends CampaignKey {
  readonly readers: Set<Reader<S>>;
  newest: S | undefined;
}

interface Reader<S extends Snapshot> {
  readonly mailbox: Mailbox<S>;
  readonly channels: Set<Channel<S>>;
}

export const nameOf = (accountId: string, campaignId: string): string => `${accountId} ${campaignId}`;

export function openHub<S extends Snapshot>(options: HubOptions<S>): Hub<S> {
  const channels = new Map<string, Channel<S>>();
  let dirty = new Set<Channel<S>>();
  let isReading = false;
  let isClosed = false;

  function leave(reader: Reader<S>, channel: Channel<S>): void {
    reader.channels.delete(channel);
    channel.readers.delete(reader);
    if (channel.readers.size === 0) channels.delete(nameOf(channel.accountId, channel.campaignId));
  }

  function deliver(channel: Channel<S>, snapshot: S | undefined): void {
    if (!snapshot) {
      for (const reader of [...channel.readers]) {
        leave(reader, channel);
        reader.mailbox.hasLost = true;
        if (reader.channels.size === 0) reader.mailbox.close(options.missing());
      }
      return;
    }
    if (channel.newest && snapshot.revision <= channel.newest.revision) return;
    channel.newest = snapshot;
    for (const reader of channel.readers) reader.mailbox.put(snapshot);
    if (options.isLast?.(snapshot)) endAll(channel);
  }

  function endAll(channel: Channel<S>): void {
    for (const reader of [...channel.readers]) {
      leave(reader, channel);
      if (reader.channels.size === 0) reader.mailbox.close();
    }
  }

  // One read at a time for everything that moved meanwhile: what comes in during a read is read by the next.
  async function readDirty(): Promise<void> {
    if (isReading) return;
    isReading = true;
    while (dirty.size > 0 && !isClosed) {
      const batch = dirty;
      dirty = new Set();
      try {
        const rows = await options.read([...batch]);
        const found = new Map(rows.map((row) => [nameOf(row.accountId, row.campaignId), row]));
        for (const channel of batch)
          deliver(channel, found.get(nameOf(channel.accountId, channel.campaignId)));
      } catch (error) {
        options.log.warn({ reason: (error as Error).message }, 'could not read watched campaigns');
        break;
      }
    }
    isReading = false;
  }

  function look(those: Iterable<Channel<S>>): void {
    for (const channel of those) dirty.add(channel);
    void readDirty();
  }

  const poll = setInterval(() => look(channels.values()), options.pollMs);
  poll.unref();

  return {
    watch(accountId, campaignIds, known = []) {
      const mailbox = new Mailbox<S>(() => {
        for (const channel of [...reader.channels]) leave(reader, channel);
      });
      const reader: Reader<S> = { mailbox, channels: new Set() };
      const knownById = new Map(known.map((each) => [each.campaignId, each]));
      for (const campaignId of new Set(campaignIds)) {
        const name = nameOf(accountId, campaignId);
        const channel = channels.get(name) ?? {
          accountId,
          campaignId,
          readers: new Set(),
          newest: undefined,
        };
        channels.set(name, channel);
        channel.readers.add(reader);
        reader.channels.add(channel);
        if (channel.newest) mailbox.put(channel.newest);
        const read = knownById.get(campaignId);
        if (read) deliver(channel, read);
      }
      if (isClosed) mailbox.close();
      else look(reader.channels);
      return mailbox;
    },

    moved(accountId, campaignIds) {
      const watched = [...campaignIds].flatMap(
        (campaignId) => channels.get(nameOf(accountId, campaignId)) ?? [],
      );
      if (watched.length > 0) look(watched);
    },

    learn(rows) {
      for (const row of rows) {
        const channel = channels.get(nameOf(row.accountId, row.campaignId));
        if (channel) deliver(channel, row);
      }
    },

    refresh() {
      look(channels.values());
    },

    close() {
      isClosed = true;
      clearInterval(poll);
      for (const channel of [...channels.values()])
        for (const reader of [...channel.readers]) reader.mailbox.close();
    },
  };
}
