// What an account decides once for all that is recorded: the switch of automatic opt-outs and the country of national
// numbers. Read where it is needed, so that a change holds from its commit on.
import { isSupportedCountry } from 'libphonenumber-js';
import type { Pool } from 'pg';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { DataSource } from 'typeorm';
import { askWithin, ofAccount, readWithin, workWithin } from '../db/scope.js';
import { malformed } from '../fields.js';
import { Account } from './account.js';
import { type Actor, type AuditAction, noteAudit } from './audit.js';
import { keyOf, type Viewer } from './viewer.js';

const SET_AUTO_OPT_OUT =
  'update account set has_auto_opt_out = $2 where id = $1 and has_auto_opt_out is distinct from $2';
const SET_DEFAULT_COUNTRY =
  'update account set default_country = $2 where id = $1 and default_country is distinct from $2';

/** The country's two letters. @throws AppError BAD_USER_INPUT */
function checkCountry(given: string): string {
  const country = given.toUpperCase();
  if (isSupportedCountry(country)) return country;
  throw malformed('country', 'the two letters of a country, such as US');
}

/** The account's default country, ISO 3166-1 alpha-2. */
export async function readCountry(pool: Pool, accountId: string): Promise<string> {
  const { rows } = await askWithin<{ default_country: string }>(pool, ofAccount(accountId), {
    text: 'select default_country from account where id = $1',
    values: [accountId],
  });
  return rows[0]?.default_country ?? '';
}

@Resolver()
export class Switches {
  constructor(
    private readonly source: DataSource,
    private readonly pool: Pool,
  ) {}

  @Mutation(() => Account, {
    description:
      'Whether an inbound opt-out term opts the contact out by itself, for messages recorded from now on. Scope ADMIN.',
  })
  async setAutoOptOut(
    @Arg('isOn', () => Boolean) isOn: boolean,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<Account> {
    const { accountId, keyId } = keyOf(viewer, 'ADMIN');
    return this.set(accountId, keyId, 'AUTO_OPT_OUT_SET', SET_AUTO_OPT_OUT, isOn, isOn ? 'on' : 'off');
  }

  @Mutation(() => Account, {
    description: 'The country in which national numbers are meant from now on. Scope ADMIN.',
  })
  async setDefaultCountry(
    @Arg('country', () => String, { description: 'ISO 3166-1 alpha-2, such as US.' }) given: string,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<Account> {
    const { accountId, keyId } = keyOf(viewer, 'ADMIN');
    const country = checkCountry(given);
    return this.set(accountId, keyId, 'DEFAULT_COUNTRY_SET', SET_DEFAULT_COUNTRY, country, country);
  }

  private async set(
    accountId: string,
    actor: Actor,
    action: AuditAction,
    statement: string,
    value: boolean | string,
    subject: string,
  ): Promise<Account> {
    await workWithin(this.pool, ofAccount(accountId), async (client) => {
      const { rowCount } = await client.query(statement, [accountId, value]);
      if (rowCount) await client.query(noteAudit(accountId, actor, action, subject));
    });
    return readWithin(this.source, ofAccount(accountId), (db) =>
      db.getRepository(Account).findOneByOrFail({ id: accountId }),
    );
  }
}
