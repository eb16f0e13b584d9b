// Newcomers in, the numbers as they stand out: read after the newcomer came, so that nobody who comes back is shown less
// than it has seen, and once for all who come together, so that a thousand cost what one does.
import { gather } from '../gathering.js';
import { type CampaignKey, nameOf } from './hub.js';
import type { Snapshot } from './mailbox.js';

/** Of these campaigns, those that exist. @throws whatever the database throws */
export type Arrivals<S> = (keys: readonly CampaignKey[]) => Promise<readonly S[]>;

/** A storm of newcomers costs ten reads a second; a lone one does not wait. */
const EVERY_MS = 100;

/**
 * @param read - these campaigns' rows; one that does not exist is left out.
 * @param onRead - hears what was read before any newcomer does.
 */
export function openArrivals<S extends Snapshot & CampaignKey>(
  read: (keys: readonly CampaignKey[]) => Promise<readonly S[]>,
  onRead: (rows: readonly S[]) => void,
): Arrivals<S> {
  const ask = gather(async (asked: readonly (readonly CampaignKey[])[]) => {
    const keys = new Map(asked.flat().map((key) => [nameOf(key.accountId, key.campaignId), key]));
    const rows = await read([...keys.values()]);
    onRead(rows);
    return new Map(rows.map((row) => [nameOf(row.accountId, row.campaignId), row]));
  }, EVERY_MS);
  return async (keys) => {
    const found = await ask(keys);
    return keys.flatMap((key) => found.get(nameOf(key.accountId, key.campaignId)) ?? []);
  };
}
