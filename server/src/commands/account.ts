// npm run account -- create "Name" [--country US]: an account and its API key, which is printed once.
import { parseArgs } from 'node:util';
import { isSupportedCountry } from 'libphonenumber-js';
import { createAccount } from '../accounts/keys.js';
import { checkName } from '../fields.js';
import { type Command, UsageError } from './command.js';

export const account: Command = {
  usage: 'npm run account -- create "Name" [--country US]',
  parse(args) {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { country: { type: 'string', default: 'US' } },
    });
    const [verb, given, ...rest] = positionals;
    if (verb !== 'create' || given === undefined || rest.length > 0)
      throw new UsageError('expected create "Name"');
    if (!isSupportedCountry(values.country))
      throw new UsageError('--country: expected the two letters of a country, such as US');
    const name = checkName('name', given);
    return async ({ storage, out }) => {
      const { accountId, key } = await createAccount(storage.pool, name, values.country);
      out.write(
        `Account ${accountId}\nAPI key ${key}\n\nKeep the key: only its hash is stored, it is not shown again.\n`,
      );
      return 0;
    };
  },
};
