// A process that imports and is killed in the middle: by itself, so that it is always at the same place.
import { readConfig } from '@campaign-analytics/server/config.js';
import { openWrite } from '@campaign-analytics/server/db/transaction.js';
import { importCampaign } from '@campaign-analytics/server/imports/importer.js';
import { openIntake } from '@campaign-analytics/server/intake/intake.js';
import { openLog } from '@campaign-analytics/server/log.js';
import { openStorage } from '@campaign-analytics/server/storage.js';

const [, , url, accountId, contactsPath, messagesPath, rows] = process.argv;
const config = readConfig({ DATABASE_URL: url, POOL_SIZE: '3' });
const { pool } = await openStorage(config, process.pid, openLog('silent'));
const write = openWrite(pool, () => undefined);
await importCampaign({
  pool,
  write,
  intake: openIntake({ pool, write, batchItems: 1_000, queueItems: 50_000, queueBytes: 64_000_000 }),
  accountId,
  campaignName: undefined,
  contactsPath,
  messagesPath,
  onBadRow: () => undefined,
  onProgress: (progress) => {
    if (progress.rows >= Number(rows)) process.kill(process.pid, 'SIGKILL');
  },
});
