// What privacy asks for, over the API, for keys with the scope ADMIN.
import type { Pool } from 'pg';
import { Arg, Ctx, Field, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { DataSource } from 'typeorm';
import { Account } from '../accounts/account.js';
import { keyOf, type Viewer } from '../accounts/viewer.js';
import { ofAccount, readWithin } from '../db/scope.js';
import type { Write } from '../db/transaction.js';
import { checkPhone } from '../fields.js';
import { PhoneNumber } from '../scalars.js';
import { type Erased, eraseContact } from './erasure.js';
import { checkBodyDays, setBodyRetention } from './retention.js';

@ObjectType({ description: 'What was known of a contact; nothing of it is left.' })
class EraseContactPayload implements Erased {
  @Field(() => Int)
  conversations: number;

  @Field(() => Int)
  messages: number;
}

@Resolver()
export class Privacy {
  constructor(
    private readonly source: DataSource,
    private readonly pool: Pool,
    private readonly write: Write,
  ) {}

  @Mutation(() => EraseContactPayload, {
    description: `Erases a contact from the account, for good: number, names and the bodies of its messages. No box changes, and ids of messages
stay used: told again they are duplicates. Its opt-outs name nobody any more, so a host that still knows the number and must
not write to it records that anew. What is recorded of the number later is a new contact's. All files of the account's
exports and reports are withdrawn, whomever they name: exports that are over expire, those under way begin again. While a list of
opt-outs waits or is worked on it is UNAVAILABLE: try again when that is over. Takes a while in an account of many messages. Scope
ADMIN.`,
  })
  async eraseContact(
    @Arg('phone', () => PhoneNumber) phone: string,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<Erased> {
    const { accountId, keyId } = keyOf(viewer, 'ADMIN');
    return eraseContact(this.pool, this.write, accountId, keyId, checkPhone('phone', phone));
  }

  @Mutation(() => Account, {
    description:
      'Bodies of messages are kept for so many days after the message, 1 to 36,500, and then removed within hours; null: for ever. No box changes. Scope ADMIN.',
  })
  async setBodyRetention(
    @Arg('days', () => Int, { nullable: true }) days: number | null,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<Account> {
    const { accountId, keyId } = keyOf(viewer, 'ADMIN');
    await setBodyRetention(this.pool, accountId, keyId, checkBodyDays(days ?? null));
    return readWithin(this.source, ofAccount(accountId), (db) =>
      db.getRepository(Account).findOneByOrFail({ id: accountId }),
    );
  }
}
