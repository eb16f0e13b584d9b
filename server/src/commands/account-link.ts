// The verb of `npm run account` that prints a link which signs in to the console, once.
import { parseArgs } from 'node:util';
import { createLink, LINK_MINUTES } from '../accounts/sign-in-links.js';
import type { Config } from '../config.js';
import { isOrigin } from '../fields.js';
import { type Command, positionalsOf, requireAccount, UsageError } from './command.js';

/** Where a server with these settings is found from this machine. */
function originOf({ host, port }: Config): string {
  const name = /^(0\.0\.0\.0|::)$/.test(host) ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

export const link: Command = {
  usage: 'npm run account -- link ACCOUNT [--origin https://analytics.example.com]',
  parse(args) {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { origin: { type: 'string' } },
    });
    const [accountId] = positionalsOf(positionals, 'ACCOUNT');
    const { origin } = values;
    if (origin !== undefined && !isOrigin(origin))
      throw new UsageError('--origin: expected where the console is, such as https://analytics.example.com');
    return async ({ config, storage, out }) => {
      await requireAccount(storage, accountId);
      const code = await createLink(storage.pool, accountId);
      // In the fragment it is sent to no server and written to no log.
      out.write(`${origin ?? originOf(config)}/sign-in#code=${code}\n\n`);
      out.write(
        `Signs in to the console once, within ${LINK_MINUTES} minutes, with all that the account may do.\n`,
      );
      return 0;
    };
  },
};
