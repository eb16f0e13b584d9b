import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attempts of a job that failed are counted apart from those that were begun. */
export class JobFailures1764000000007 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('alter table job add column failures integer not null default 0');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table job drop column failures');
  }
}
