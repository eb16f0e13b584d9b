// npm run recount [-- --repair]: every campaign's boxes against a recount from the base tables.
import { parseArgs } from 'node:util';
import { recount as recountBoxes } from '../counters/recount.js';
import type { Command } from './command.js';

export const recount: Command = {
  usage: 'npm run recount [-- --repair]',
  parse(args) {
    const { values } = parseArgs({ args, options: { repair: { type: 'boolean', default: false } } });
    return async ({ storage, out }) => {
      const { campaigns, differences } = await recountBoxes(storage.pool, values.repair);
      for (const { accountId, campaignId, box, kept, counted } of differences)
        out.write(
          `account ${accountId}${campaignId && ` campaign ${campaignId}`} ${box}: kept ${kept}, counted ${counted}\n`,
        );
      const verdict = values.repair && differences.length > 0 ? ', repaired' : '';
      out.write(`${campaigns} campaigns recounted, ${differences.length} differences${verdict}\n`);
      return differences.length > 0 ? 1 : 0;
    };
  },
};
