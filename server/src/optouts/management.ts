// Opt Out Management over the API: who is opted out, opting out by hand, and opting in again.
import type { Pool } from 'pg';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { readCountry } from '../accounts/switches.js';
import { accountOf, type Viewer } from '../accounts/viewer.js';
import type { Write } from '../db/transaction.js';
import { checkPhone } from '../fields.js';
import { RecordPayload } from '../intake/inputs.js';
import { answer } from '../intake/intake.js';
import { PhoneNumber, readPhoneNumber } from '../scalars.js';
import { addOptOuts } from './addition.js';
import { notANumber } from './number-list.js';
import { OptOutConnection } from './opted-out.js';
import { countOptOuts, listOptOuts, narrow } from './register.js';
import { removeOptOut } from './removal.js';
import { readSearch } from './search.js';

@ArgsType()
class OptOutsArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50, description: 'At most 1,000.' })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Part of a number, digits; or a whole one as people write it, national ones as in the account's default country.",
  })
  search?: string | null;
}

/** @throws AppError BAD_USER_INPUT */
function readPhone(field: string, text: string, country: string): string {
  const number = readPhoneNumber(text.trim(), country);
  if (number) return number;
  throw notANumber(field, country);
}

@Resolver(() => OptOutConnection)
export class OptOutManagement {
  constructor(
    private readonly pool: Pool,
    private readonly write: Write,
  ) {}

  @Query(() => OptOutConnection, { description: 'Contacts opted out now, newest first.' })
  async optOuts(
    @Args(() => OptOutsArguments) { first, after, search: text }: OptOutsArguments,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<Omit<OptOutConnection, 'totalCount'>> {
    const accountId = accountOf(viewer, 'READ');
    const typed = text ? readSearch(text, await readCountry(this.pool, accountId)) : undefined;
    const search = await narrow(this.pool, accountId, typed);
    const page = await listOptOuts(this.pool, accountId, first ?? 50, after ?? null, search);
    return { ...page, accountId, search };
  }

  @FieldResolver()
  totalCount(@Root() { accountId, search }: OptOutConnection): Promise<number> {
    return countOptOuts(this.pool, accountId, search);
  }

  @Mutation(() => RecordPayload, {
    description: `At most 1,000, as people write them: national numbers are read with the account's default country. They become opt-outs
of the account, source ACCOUNT, as of now. A number that is opted out already, wherever that was, is a duplicate: nothing is
added to it. No campaign's boxes change.`,
  })
  async addOptOuts(
    @Arg('phones', () => [String]) phones: string[],
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    const accountId = accountOf(viewer, 'RECORD');
    const country = await readCountry(this.pool, accountId);
    return answer(
      'phones',
      phones,
      (text: string) => readPhone('phones', text, country),
      (numbers) => this.write(accountId, 'beside', (tx) => addOptOuts(tx, numbers), 'repeatable'),
    );
  }

  @Mutation(() => RecordPayload, {
    description: `Opts the contact in again as of now, in the whole account: all its opt-outs are undone, and it leaves the opt-out boxes of
the campaigns where it had opted out. A duplicate where it is not opted out.`,
  })
  async removeOptOut(
    @Arg('phone', () => PhoneNumber) phone: string,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<RecordPayload> {
    const accountId = accountOf(viewer, 'RECORD');
    return answer(
      'phone',
      [phone],
      (text: string) => checkPhone('phone', text),
      (numbers) =>
        this.write(
          accountId,
          'alone',
          (tx) => Promise.all(numbers.map((number) => removeOptOut(tx, number))),
          'repeatable',
        ),
    );
  }
}
