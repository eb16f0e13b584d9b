// npm run import -- --contacts contacts.csv --messages messages.csv [--campaign "Name"] [--account ID]: a campaign out of
// the two files that Spoke exports, or out of this project's own, of which the contacts are the conversations, and
// [--senders senders.csv] may be a third. Running servers show its numbers as they come in.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { listAccounts } from '../accounts/keys.js';
import { openWrite } from '../db/transaction.js';
import { DEMO_ACCOUNT } from '../demo/demo.js';
import { AppError } from '../errors.js';
import { checkName } from '../fields.js';
import { importCampaign } from '../imports/importer.js';
import { isOwnExport } from '../imports/own-files.js';
import { openReport } from '../imports/report.js';
import { restoreCampaign } from '../imports/restoration.js';
import { openIntake } from '../intake/intake.js';
import { openNotices } from '../live/notices.js';
import { type Command, UsageError } from './command.js';

/** The account that is named, or the only one; the demo's counts where there is no other. */
async function chooseAccount(pool: Pool, given: string | undefined): Promise<string> {
  const rows = await listAccounts(pool);
  const others = rows.filter(({ id }) => id !== DEMO_ACCOUNT);
  const candidates = given ? rows.filter(({ id }) => id === given) : others.length > 0 ? others : rows;
  const [account] = candidates;
  if (account && candidates.length === 1) return account.id;
  const list = rows.map(({ id, name }) => `\n  ${id}  ${name}`).join('');
  throw new AppError(
    'BAD_USER_INPUT',
    rows.length === 0
      ? 'There is no account yet: npm run account -- create "Name"'
      : `--account: expected the id of one of the accounts${list}`,
  );
}

export const importFiles: Command = {
  usage:
    'npm run import -- --contacts contacts.csv --messages messages.csv [--senders senders.csv] [--campaign "Name"] [--account ID]',
  parse(args) {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args,
      options: { campaign: text, contacts: text, messages: text, senders: text, account: text },
    });
    const { contacts, messages } = values;
    if (!contacts || !messages) throw new UsageError('expected --contacts and --messages');
    const campaignName = values.campaign === undefined ? undefined : checkName('--campaign', values.campaign);
    return async ({ config, storage: { pool, url }, log, err, folder, signal }) => {
      const accountId = await chooseAccount(pool, values.account);
      const ignore = (): void => undefined;
      const { noticeWindowMs: windowMs, batchItems, queueItems, queueBytes } = config;
      const notices = await openNotices({ pool, url, windowMs, onMoved: ignore, onGap: ignore, log });
      const write = openWrite(pool, notices.publish);
      const intake = openIntake({ pool, write, batchItems, queueItems, queueBytes });
      const report = openReport({ out: err, now: () => performance.now() });
      try {
        const contactsPath = resolve(folder, contacts);
        const messagesPath = resolve(folder, messages);
        const sendersPath = values.senders && resolve(folder, values.senders);
        const { onProgress, onBadRow } = report;
        const into = { pool, write, accountId, campaignName, messagesPath, onProgress, onBadRow, signal };
        const isOwn = await isOwnExport(contactsPath);
        if (sendersPath && !isOwn)
          throw new AppError('BAD_USER_INPUT', '--senders: expected only with exports of this project');
        const summary = isOwn
          ? await restoreCampaign({ ...into, conversationsPath: contactsPath, sendersPath })
          : await importCampaign({ ...into, intake, contactsPath });
        report.finish(summary);
        return 0;
      } catch (error) {
        report.abandon();
        if (signal.aborted || (error instanceof AppError && error.code === 'UNAVAILABLE'))
          err.write('Stopped. The same command again goes on.\n');
        throw error;
      } finally {
        await intake.drain();
        await notices.close();
      }
    };
  },
};
