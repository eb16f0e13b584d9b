// npm run account -- <verb> ...: accounts, their API keys and the signing keys, links that sign in, and
// what privacy asks for. Made for whoever
// runs the server: it needs the database and no key.
import { parseArgs } from 'node:util';
import { isSupportedCountry } from 'libphonenumber-js';
import { createAccount, listAccounts } from '../accounts/keys.js';
import { checkName } from '../fields.js';
import { createKey, keys, revokeKey, rotateKey, rotateSigningKey } from './account-keys.js';
import { link } from './account-link.js';
import { eraseContact, keepBodies } from './account-privacy.js';
import { type Command, positionalsOf, UsageError } from './command.js';

const create: Command = {
  usage: 'npm run account -- create "Name" [--country US]',
  parse(args) {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { country: { type: 'string', default: 'US' } },
    });
    const [given] = positionalsOf(positionals, '"Name"');
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

const list: Command = {
  usage: 'npm run account -- list',
  parse(args) {
    positionalsOf(args);
    return async ({ storage, out }) => {
      for (const { id, name } of await listAccounts(storage.pool)) out.write(`${id}  ${name}\n`);
      return 0;
    };
  },
};

const VERBS: Readonly<Record<string, Command>> = {
  create,
  list,
  keys,
  'create-key': createKey,
  'rotate-key': rotateKey,
  'revoke-key': revokeKey,
  'rotate-signing-key': rotateSigningKey,
  link,
  'erase-contact': eraseContact,
  'keep-bodies': keepBodies,
};

export const account: Command = {
  usage: Object.values(VERBS)
    .map((each) => each.usage)
    .join('\n       '),
  parse([verb = '', ...args]) {
    const command = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (!command) throw new UsageError(`expected ${Object.keys(VERBS).join(', ')}`);
    return command.parse(args);
  },
};
