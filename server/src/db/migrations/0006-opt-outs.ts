import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Opt-outs by time, for the page that shows them. */
export class OptOuts1764000000006 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Query: the contacts that are opted out, newest first, page by page.
    await db.query('create index opt_out_by_time on opt_out (account_id, at, contact)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop index opt_out_by_time');
  }
}
