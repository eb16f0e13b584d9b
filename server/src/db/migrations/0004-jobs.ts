import type { MigrationInterface, QueryRunner } from 'typeorm';

const IS_ON_DUTY = `((select current_setting('app.duty', true)) = 'jobs')`;

/** Work that takes longer than a request: it is kept here until it is over, whichever process does it. */
export class Jobs1764000000004 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create type job_state as enum ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELED');

      -- payload: what the work needs and nobody is shown; gone when the job is over.
      create table job (
        account_id text not null constraint job_account references account,
        id text not null,
        kind text not null,
        input jsonb not null,
        payload text,
        state job_state not null,
        done double precision not null,
        total double precision,
        result jsonb,
        error_code text,
        error_message text,
        created_at timestamp(3) with time zone not null,
        started_at timestamp(3) with time zone,
        moved_at timestamp(3) with time zone not null,
        finished_at timestamp(3) with time zone,
        expires_at timestamp(3) with time zone,
        attempt integer not null,
        lease_owner text,
        lease_until timestamp(3) with time zone,
        revision integer not null,
        primary key (account_id, id)
      ) with (fillfactor = 50);
      -- Query: an account's jobs of a kind, newest first.
      create index job_by_creation on job (account_id, kind, created_at, id);
      -- Query: what waits, and what nobody works on any more.
      create index job_unfinished on job (created_at) where finished_at is null;
      -- Query: what is over for long enough.
      create index job_by_expiry on job (expires_at) where expires_at is not null;

      alter table job enable row level security, force row level security;
      create policy account on job using (account_id = (select current_setting('app.account_id', true)));
      create policy "jobs select" on job for select using ${IS_ON_DUTY};
      create policy "jobs update" on job for update using ${IS_ON_DUTY} with check ${IS_ON_DUTY};
      create policy "jobs delete" on job for delete using ${IS_ON_DUTY};
    `);
  }

  async down(): Promise<void> {
    throw new Error('Jobs are not undone: restore a backup instead');
  }
}
