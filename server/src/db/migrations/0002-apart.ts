import type { MigrationInterface, QueryRunner } from 'typeorm';

const OF_ACCOUNTS = [
  'api_key',
  'embed_token',
  'campaign',
  'campaign_analytics',
  'sender',
  'campaign_sender',
  'conversation',
  'message',
  'status_report',
  'opt_out',
  'opt_in',
  'audit_entry',
];

type Command = 'select' | 'insert' | 'update' | 'delete';

// What each duty across accounts sees and does, table by table. None on what recording writes: each further policy of a table
// costs every transaction that touches it.
const DUTIES: Record<string, Record<string, readonly Command[]>> = {
  'key-lookup': { api_key: ['select'] },
  revocations: { api_key: ['select'], embed_token: ['select'] },
  'signing-keys': { signing_key: ['select', 'insert', 'delete'], embed_token: ['select', 'update'] },
  'watched-boxes': { campaign_analytics: ['select'] },
  accounts: { account: ['select'] },
};

// In a sub-select a setting is read once a statement, else once a row. It is null, or '' where an earlier transaction of the
// connection had set it: then it equals nothing.
const isAccount = (column: string): string => `${column} = (select current_setting('app.account_id', true))`;

function* dutyPolicies(): Generator<string> {
  for (const [duty, tables] of Object.entries(DUTIES))
    for (const [table, commands] of Object.entries(tables))
      for (const command of commands) {
        const isOnDuty = `((select current_setting('app.duty', true)) = '${duty}')`;
        const parts = [
          ...(command === 'insert' ? [] : [`using ${isOnDuty}`]),
          ...(command === 'insert' || command === 'update' ? [`with check ${isOnDuty}`] : []),
        ];
        yield `create policy "${duty} ${command}" on ${table} for ${command} ${parts.join(' ')}`;
      }
}

/**
 * Tenants apart in the database itself: row-level security that binds the tables' owner too. Keys get names and scopes,
 * accounts a time to keep bodies, and what was done to either is noted.
 */
export class Apart1764000000002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Keys of before may do all that they could do, and nothing is known of their beginnings.
      alter table api_key
        add column name text not null default 'API key',
        add column prefix text,
        add column scopes text array not null default '{RECORD,READ,ADMIN}',
        add constraint api_key_scopes check (scopes <@ array['RECORD', 'READ', 'ADMIN'] and scopes <> '{}');
      alter table api_key alter column name drop default, alter column scopes drop default;

      -- Null: bodies are kept for ever.
      alter table account add column body_days integer;

      -- What was done, when and with which key (null: on the command line). Never anything of a contact.
      create table audit_entry (
        account_id text not null constraint audit_entry_account references account,
        id text not null,
        at timestamp(3) with time zone not null,
        action text not null,
        key_id text,
        subject text,
        primary key (account_id, id)
      );
      -- Query: an account's entries, newest first.
      create index audit_entry_by_time on audit_entry (account_id, at, id);
    `);
    for (const table of [...OF_ACCOUNTS, 'account', 'signing_key'])
      await db.query(`alter table ${table} enable row level security, force row level security`);
    for (const table of OF_ACCOUNTS)
      await db.query(`create policy account on ${table} using (${isAccount('account_id')})`);
    await db.query(`create policy account on account using (${isAccount('id')})`);
    for (const policy of dutyPolicies()) await db.query(policy);
  }

  async down(): Promise<void> {
    throw new Error('Accounts are not put together again: restore a backup instead');
  }
}
