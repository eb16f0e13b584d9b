// The verbs of `npm run account` that erase a contact and limit how long bodies are kept.
import { openWrite } from '../db/transaction.js';
import { checkPhone } from '../fields.js';
import * as erasure from '../privacy/erasure.js';
import { checkBodyDays, setBodyRetention } from '../privacy/retention.js';
import { type Command, positionalsOf, requireAccount } from './command.js';

/** The command line has no key. */
const ACTOR = null;

export const eraseContact: Command = {
  usage: 'npm run account -- erase-contact ACCOUNT PHONE',
  parse(args) {
    const [accountId, given] = positionalsOf(args, 'ACCOUNT', 'PHONE');
    const phone = checkPhone('PHONE', given);
    return async ({ storage, out }) => {
      await requireAccount(storage, accountId);
      // No box moves, so there is nobody to tell.
      const write = openWrite(storage.pool, () => undefined);
      const erased = await erasure.eraseContact(storage.pool, write, accountId, ACTOR, phone);
      out.write(`Erased from ${erased.conversations} conversations and ${erased.messages} messages.\n`);
      return 0;
    };
  },
};

export const keepBodies: Command = {
  usage: 'npm run account -- keep-bodies ACCOUNT DAYS|forever',
  parse(args) {
    const [accountId, given] = positionalsOf(args, 'ACCOUNT', 'DAYS');
    const days = checkBodyDays(given === 'forever' ? null : Number(given));
    return async ({ storage, out }) => {
      await requireAccount(storage, accountId);
      await setBodyRetention(storage.pool, accountId, ACTOR, days);
      out.write(
        days === null
          ? 'Bodies are kept for ever.\n'
          : `Bodies are kept for ${days} days. Running servers remove older ones.\n`,
      );
      return 0;
    };
  },
};
