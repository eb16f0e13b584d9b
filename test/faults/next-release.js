// Loaded into a server's process by the tests: makes it the next release, whose migration does what migrations do: columns on
// the largest tables, an index on the one that all recording writes, a table with policies, every row of the boxes written.
import { DataSource } from 'typeorm';

class Next4102444800000 {
  async up(db) {
    await db.query(`
      alter table message add column next_note text;
      alter table conversation add column next_rank integer not null default 0;
      create index next_message_by_time on message (account_id, at);
      create table next_thing (account_id text not null references account (id), id text, primary key (account_id, id));
      alter table next_thing enable row level security, force row level security;
      create policy "account" on next_thing using (account_id = (select current_setting('app.account_id', true)));
      alter table campaign_analytics add column next_box integer;
      update campaign_analytics set next_box = conversations`);
  }
}

const { runMigrations } = DataSource.prototype;
DataSource.prototype.runMigrations = function (...args) {
  if (!this.migrations.some((each) => each instanceof Next4102444800000))
    this.migrations.push(new Next4102444800000());
  return runMigrations.apply(this, args);
};
