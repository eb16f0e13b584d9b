// A job of kind `opt-out-list`: a list of numbers in, opt-outs of the account and a receipt out. Its opt-outs are of the time
// when the list came, so that whoever begins it again makes the same ones. Recording by others goes on between its parts.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Write } from '../db/transaction.js';
import type { ExportFolder } from '../exports/folder.js';
import { MOST_ITEMS } from '../intake/intake.js';
import type { JobKind, Work } from '../jobs/kind.js';
import { type ListRequest, type ListResult, OPT_OUT_LIST } from './list-import.js';
import { type NumberList, openNumberList, type WrittenNumber } from './number-list.js';
import { RECEIPT_HEADER, receiptLine } from './receipt.js';
import { openRoll, type Roll } from './roll.js';

async function* partsOf(list: NumberList): AsyncGenerator<WrittenNumber[]> {
  let part: WrittenNumber[] = [];
  for await (const each of list.numbers()) {
    if (part.push(each) < MOST_ITEMS) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

async function* record(list: NumberList, roll: Roll, { signal, progress }: Work): AsyncGenerator<string> {
  // Read to its end before anything is recorded: a list with a fault in it is refused as a whole.
  let total = 0;
  for await (const part of partsOf(list)) {
    signal.throwIfAborted();
    total += part.length;
  }
  let done = 0;
  progress(done, total);
  yield RECEIPT_HEADER;
  for await (const part of partsOf(list)) {
    signal.throwIfAborted();
    const told = await roll.record(part);
    yield told.map((each, index) => receiptLine(part[index]!, each)).join('');
    done += part.length;
    progress(done, total);
  }
}

/** The job's kind for the runner. */
export const makeListKind = (write: Write, folder: ExportFolder): JobKind => ({
  kind: OPT_OUT_LIST,
  async run(job, work): Promise<ListResult> {
    const { accountId, createdAt: at } = job;
    const { country } = job.input as ListRequest;
    const roll = openRoll({ write, accountId, at, country });
    const list = openNumberList(job.payload ?? '', country);
    await folder.write(job, (to) => pipeline(Readable.from(record(list, roll, work)), to));
    return roll.tally;
  },
  remove: (job) => folder.remove(job),
});
