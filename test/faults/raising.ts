// Real errors of a real PostgreSQL at will: a trigger on the messages raises them.
import type { Client } from 'pg';

/**
 * While `act` runs, the first `times` statements that store messages fail with this SQLSTATE.
 *
 * @returns how many such statements there were, the failed ones included.
 */
export async function whileRaising(
  client: Client,
  code: string,
  times: number,
  act: () => Promise<unknown>,
): Promise<number> {
  // A sequence does not go back with the transaction that fails.
  await client.query(`
    create sequence attempt;
    create function fail() returns trigger language plpgsql security definer as $$
      begin
        if nextval('attempt') <= ${times} then
          raise exception 'raised by a test' using errcode = '${code}';
        end if;
        return null;
      end $$;
    create trigger fail before insert on message for each statement execute function fail()`);
  try {
    await act();
    const { rows } = await client.query('select last_value::int as attempts from attempt where is_called');
    return rows[0]?.attempts ?? 0;
  } finally {
    await client.query('drop trigger fail on message; drop function fail; drop sequence attempt');
  }
}
