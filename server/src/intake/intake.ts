// Where events come in, from the API, the importer and whoever follows: batches are checked item by item, gathered into
// transactions and answered item by item. Promise: what is answered as recorded is committed.
import type { Pool } from 'pg';
import { addContacts, removeContacts } from '../campaigns/contacts.js';
import { addSenders, removeSenders } from '../campaigns/senders.js';
import { recordOptIns, recordOptOuts } from '../counters/consent.js';
import type { Outcome, Rejection } from '../counters/event.js';
import { recordMessages } from '../counters/messages.js';
import { recordStatuses, sharingOfStatuses } from '../counters/statuses.js';
import type { Transaction, Write } from '../db/transaction.js';
import { AppError, campaignNotFound } from '../errors.js';
import { checkId, checkPhone } from '../fields.js';
import { isId } from '../scalars.js';
import { type BatchCounts, openBatcher } from './batcher.js';
import { checkContact, checkMessage, checkOptIn, checkOptOut, checkSender, checkStatus } from './checks.js';
import type {
  ContactInput,
  MessageInput,
  MessageStatusInput,
  OptInInput,
  OptOutInput,
  RecordPayload,
  SenderInput,
} from './inputs.js';
import { type OutcomeCounts, openOutcomes } from './outcomes.js';

/** Most items of one batch (contract: Batches). */
export const MOST_ITEMS = 1_000;

type Recording<Input> = (accountId: string, inputs: readonly Input[]) => Promise<RecordPayload>;
type Changing<Input> = (
  accountId: string,
  campaignId: string,
  inputs: readonly Input[],
) => Promise<RecordPayload>;

/** @see the mutations of the same names in the contract. All throw AppError BAD_USER_INPUT, OVERLOADED, UNAVAILABLE. */
export interface Intake {
  readonly recordMessages: Recording<MessageInput>;
  readonly recordMessageStatuses: Recording<MessageStatusInput>;
  readonly recordOptOuts: Recording<OptOutInput>;
  readonly recordOptIns: Recording<OptInInput>;
  /** These four also throw NOT_FOUND for an unknown campaign. */
  readonly addContacts: Changing<ContactInput>;
  readonly removeContacts: Changing<string>;
  readonly addSenders: Changing<SenderInput>;
  readonly removeSenders: Changing<string>;
  /** Settles when everything that was added is answered. */
  drain(): Promise<void>;
  readonly counts: IntakeCounts;
}

export interface IntakeCounts {
  /** What became of the items, by mutation. */
  readonly outcomes: ReadonlyMap<string, OutcomeCounts>;
  /** Of what is gathered into transactions, by mutation. */
  readonly batches: ReadonlyMap<string, BatchCounts>;
}

export interface IntakeOptions {
  readonly pool: Pool;
  readonly write: Write;
  readonly batchItems: number;
  readonly queueItems: number;
  readonly queueBytes: number;
}

const isRejection = (value: unknown): value is Rejection =>
  typeof value === 'object' && value !== null && 'code' in value;

/** Checks each item, hands the good ones on, and counts what became of all. */
export async function answer<Input, Item extends object | string>(
  argument: string,
  inputs: readonly Input[],
  check: (input: Input) => Item,
  record: (items: readonly Item[]) => Promise<Outcome[]>,
): Promise<RecordPayload> {
  if (inputs.length > MOST_ITEMS)
    throw new AppError('BAD_USER_INPUT', `${argument}: expected at most ${MOST_ITEMS} items`);
  const items: Item[] = [];
  const checked = inputs.map((input): Rejection | undefined => {
    try {
      items.push(check(input));
      return undefined;
    } catch (error) {
      if (error instanceof AppError) return { code: 'BAD_USER_INPUT', message: error.message };
      throw error;
    }
  });
  const outcomes = (await record(items)).values();
  const payload: RecordPayload = { recorded: 0, duplicates: 0, rejected: [] };
  for (const [index, rejection] of checked.entries()) {
    const outcome = rejection ?? outcomes.next().value;
    if (isRejection(outcome)) payload.rejected.push({ index, code: outcome.code, message: outcome.message });
    else if (outcome === 'recorded') payload.recorded++;
    else payload.duplicates++;
  }
  return payload;
}

/** An item's fields and the object around them; its body counts by itself, two bytes a unit. */
const ITEM_BYTES = 500;
const bytesOf = (item: object): number =>
  ITEM_BYTES + ('body' in item && typeof item.body === 'string' ? 2 * item.body.length : 0);

export function openIntake({ pool, write, ...limits }: IntakeOptions): Intake {
  const batched = <Item extends object>(
    record: (accountId: string, items: readonly Item[]) => Promise<Outcome[]>,
  ) => openBatcher<Item, Outcome>({ ...limits, record, bytesOf });
  const messages = batched((accountId, items: Parameters<typeof recordMessages>[1]) =>
    write(accountId, 'beside', (tx) => recordMessages(tx, items), 'repeatable'),
  );
  const statuses = batched(async (accountId, items: Parameters<typeof recordStatuses>[1]) =>
    write(
      accountId,
      await sharingOfStatuses(pool, accountId, items),
      (tx) => recordStatuses(tx, items),
      'repeatable',
    ),
  );
  const optOuts = batched((accountId, items: Parameters<typeof recordOptOuts>[1]) =>
    write(accountId, 'beside', (tx) => recordOptOuts(tx, items), 'repeatable'),
  );
  const optIns = batched((accountId, items: Parameters<typeof recordOptIns>[1]) =>
    write(accountId, 'alone', (tx) => recordOptIns(tx, items), 'repeatable'),
  );

  const command =
    <Input, Item extends object | string>(
      argument: string,
      check: (input: Input) => Item,
      change: (tx: Transaction, campaignId: string, items: readonly Item[]) => Promise<Outcome[]>,
    ): Changing<Input> =>
    (accountId, campaignId, inputs) =>
      answer(argument, inputs, check, (items) => {
        if (!isId(campaignId)) throw campaignNotFound('campaignId');
        return write(accountId, 'beside', (tx) => change(tx, campaignId, items), 'repeatable');
      });

  const batchers = {
    recordMessages: messages,
    recordMessageStatuses: statuses,
    recordOptOuts: optOuts,
    recordOptIns: optIns,
  };
  const { counts: outcomes, counted } = openOutcomes();
  return {
    recordMessages: counted('recordMessages', (accountId, inputs) =>
      answer('messages', inputs, checkMessage, (items) => messages.add(accountId, items)),
    ),
    recordMessageStatuses: counted('recordMessageStatuses', (accountId, inputs) =>
      answer('statuses', inputs, checkStatus, (items) => statuses.add(accountId, items)),
    ),
    recordOptOuts: counted('recordOptOuts', (accountId, inputs) =>
      answer('optOuts', inputs, checkOptOut, (items) => optOuts.add(accountId, items)),
    ),
    recordOptIns: counted('recordOptIns', (accountId, inputs) =>
      answer('optIns', inputs, checkOptIn, (items) => optIns.add(accountId, items)),
    ),
    addContacts: counted('addContacts', command('contacts', checkContact, addContacts)),
    removeContacts: counted(
      'removeContacts',
      command('contacts', (phone: string) => checkPhone('contacts', phone), removeContacts),
    ),
    addSenders: counted('addSenders', command('senders', checkSender, addSenders)),
    removeSenders: counted(
      'removeSenders',
      command('senderIds', (id: string) => checkId('senderIds', id), removeSenders),
    ),
    async drain() {
      await Promise.all(Object.values(batchers).map((each) => each.drain()));
    },
    counts: {
      outcomes,
      batches: new Map(Object.entries(batchers).map(([name, { counts }]) => [name, counts])),
    },
  };
}
