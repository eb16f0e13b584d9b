// Many rows at one instant: a connection of its own, a transaction that sees one committed state throughout, rows as
// PostgreSQL writes them, in constant memory. Whoever reads slowly slows down the database's sending, and nobody else.
import type { Readable } from 'node:stream';
import { Client, type Pool, type QueryResultRow } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Scope } from './scope.js';

export interface Snapshot {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The rows of a statement `copy (...) to stdout`, of whatever format it says. Read it to its end, or let the signal abort. */
  copy(statement: string): Readable;
}

/** The pool's connections send without waiting for answers, which a copy cannot, and none of them is to be missing for so long. */
const clientOf = ({ options }: Pool): Client => {
  const { Client: Pooled = Client, ...connection } = options as typeof options & { Client?: typeof Client };
  return new Pooled({
    ...connection,
    pipeline: false,
    statement_timeout: 0,
    application_name: 'campaign-analytics export',
  } as never);
};

function cut(client: Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/**
 * Reads in one `repeatable read` transaction; settles when `read` has.
 *
 * @param signal - cuts the connection: `read` then rejects, and so does this.
 */
export async function readSnapshot<T>(
  pool: Pool,
  scope: Scope,
  signal: AbortSignal,
  read: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const client = clientOf(pool);
  const abort = (): void => cut(client);
  await client.connect();
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    await client.query(
      `begin isolation level repeatable read read only; ${scope}; set local statement_timeout = 0`,
    );
    const result = await read({
      query: async (text, values = []) => (await client.query(text, values)).rows,
      copy: (statement) => client.query(copyTo(statement)),
    });
    await client.end();
    return result;
  } catch (error) {
    cut(client);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
