import type { MigrationInterface, QueryRunner } from 'typeorm';

const isOnDuty = (duty: string): string => `((select current_setting('app.duty', true)) = '${duty}')`;

/** Sessions of the console, and the one-time links that begin one. Of the secrets of either a hash is kept. */
export class Sessions1764000000005 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table sign_in_link (
        account_id text not null constraint sign_in_link_account references account,
        id text not null,
        hash bytea not null constraint sign_in_link_hash unique,
        expires_at timestamp(3) with time zone not null,
        primary key (account_id, id)
      );

      -- key_id is null where it was a link that began it.
      create table console_session (
        account_id text not null constraint console_session_account references account,
        id text not null,
        hash bytea not null constraint console_session_hash unique,
        key_id text,
        created_at timestamp(3) with time zone not null,
        expires_at timestamp(3) with time zone not null,
        ended_at timestamp(3) with time zone,
        primary key (account_id, id),
        constraint console_session_key foreign key (account_id, key_id) references api_key
      );
    `);
    for (const table of ['sign_in_link', 'console_session'])
      await db.query(`
        alter table ${table} enable row level security, force row level security;
        create policy account on ${table} using (account_id = (select current_setting('app.account_id', true)));
        create policy "key-lookup select" on ${table} for select using ${isOnDuty('key-lookup')};
      `);
    await db.query(
      `create policy "revocations select" on console_session for select using ${isOnDuty('revocations')}`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table console_session; drop table sign_in_link');
  }
}
