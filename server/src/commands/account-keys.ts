// The verbs of `npm run account` that list, make, replace and revoke keys. A new key is printed once.
import { parseArgs } from 'node:util';
import * as keyring from '../accounts/keyring.js';
import * as signers from '../accounts/signers.js';
import { ApiKeyScope } from '../accounts/viewer.js';
import { AppError } from '../errors.js';
import { checkName } from '../fields.js';
import type { Storage } from '../storage.js';
import { type Command, type Out, positionalsOf, requireAccount, UsageError } from './command.js';

const SCOPES = Object.keys(ApiKeyScope) as ApiKeyScope[];
/** How long a replaced key stays good. */
const DEFAULT_HOURS = 24;
const MOST_HOURS = 24 * 90;
/** The command line has no key. */
const ACTOR = null;

const printKey = (out: Out, { id, key }: keyring.MadeKey): void => {
  out.write(`Key ${id}\nAPI key ${key}\n\nKeep the key: only its hash is stored, it is not shown again.\n`);
};

const keyNotFound = (): AppError =>
  new AppError('NOT_FOUND', 'KEY: expected the id of a key of this account that was not revoked');

function readScopes(text: string): ApiKeyScope[] {
  const given = new Set(text.toUpperCase().split(','));
  const scopes = SCOPES.filter((each) => given.has(each));
  if (scopes.length !== given.size)
    throw new UsageError(`--scopes: expected some of ${SCOPES.join(',').toLowerCase()}`);
  return scopes;
}

function readHours(text: string): number {
  const hours = Number(text);
  if (!/^\d+$/.test(text) || hours > MOST_HOURS)
    throw new UsageError(`--hours: expected a whole number up to ${MOST_HOURS}`);
  return hours;
}

const line = (columns: readonly (string | null)[]): string =>
  `${columns.map((each) => each ?? '-').join('  ')}\n`;

export const keys: Command = {
  usage: 'npm run account -- keys ACCOUNT',
  parse(args) {
    const [accountId] = positionalsOf(args, 'ACCOUNT');
    return async ({ storage, out }) => {
      await requireAccount(storage, accountId);
      for (const each of await keyring.listKeys(storage.source, accountId)) {
        const end = each.revokedAt && `revoked ${each.revokedAt.toISOString()}`;
        const scopes = each.scopes.join(',').toLowerCase();
        out.write(line([each.id, each.prefix, scopes, each.createdAt.toISOString(), end, each.name]));
      }
      return 0;
    };
  },
};

export const createKey: Command = {
  usage: 'npm run account -- create-key ACCOUNT "Name" [--scopes record,read,admin]',
  parse(args) {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { scopes: { type: 'string', default: SCOPES.join(',') } },
    });
    const [accountId, given] = positionalsOf(positionals, 'ACCOUNT', '"Name"');
    const name = checkName('name', given);
    const scopes = readScopes(values.scopes);
    return async ({ storage, out }) => {
      await requireAccount(storage, accountId);
      printKey(out, await keyring.createKey(storage.pool, accountId, ACTOR, name, scopes));
      return 0;
    };
  },
};

export const rotateKey: Command = {
  usage: `npm run account -- rotate-key ACCOUNT KEY [--hours ${DEFAULT_HOURS}]`,
  parse(args) {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { hours: { type: 'string', default: String(DEFAULT_HOURS) } },
    });
    const [accountId, keyId] = positionalsOf(positionals, 'ACCOUNT', 'KEY');
    const hours = readHours(values.hours);
    return async ({ storage, out }) => {
      const made = await keyring.rotateKey(storage.pool, accountId, ACTOR, keyId, hours);
      if (!made) throw keyNotFound();
      printKey(out, made);
      out.write(`The old key ends in ${hours} hours; revoke-key ends it at once.\n`);
      return 0;
    };
  },
};

export const revokeKey: Command = {
  usage: 'npm run account -- revoke-key ACCOUNT KEY',
  parse(args) {
    const [accountId, keyId] = positionalsOf(args, 'ACCOUNT', 'KEY');
    return async ({ storage, out }: { storage: Storage; out: Out }) => {
      if (!(await keyring.revokeKey(storage.pool, accountId, ACTOR, keyId))) throw keyNotFound();
      out.write('Revoked. Running servers refuse it within seconds.\n');
      return 0;
    };
  },
};

export const rotateSigningKey: Command = {
  usage: 'npm run account -- rotate-signing-key [--at-once]',
  parse(args) {
    const { values } = parseArgs({ args, options: { 'at-once': { type: 'boolean', default: false } } });
    const isAtOnce = values['at-once'];
    return async ({ storage, out, log }) => {
      await signers.rotateSigningKey(storage.pool, isAtOnce);
      log.info({ isAtOnce }, 'made a new signing key');
      out.write(
        isAtOnce
          ? 'A new key signs. All embed tokens given before are revoked.\n'
          : 'A new key signs. Embed tokens given before stay good to their end.\n',
      );
      return 0;
    };
  },
};
