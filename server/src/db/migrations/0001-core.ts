import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts with their credentials, campaigns with their numbers, and the events that make the numbers true. */
export class Core1764000000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create type campaign_status as enum ('DRAFT', 'ACTIVE', 'PAUSED', 'ARCHIVED');
      create type message_direction as enum ('OUTBOUND', 'INBOUND');
      -- The order of a type's values is the order in which the contract lets them win at equal times.
      create type message_status as enum ('SENT', 'DELIVERED', 'UNDELIVERED', 'FAILED');
      create type opt_out_source as enum ('MANUAL', 'AUTO', 'ACCOUNT');

      create table account (
        id text primary key,
        name text not null,
        default_country text not null,
        has_auto_opt_out boolean not null,
        created_at timestamp(3) with time zone not null
      );

      create table api_key (
        account_id text not null constraint api_key_account references account,
        id text not null,
        hash bytea not null constraint api_key_hash unique,
        created_at timestamp(3) with time zone not null,
        revoked_at timestamp(3) with time zone,
        primary key (account_id, id)
      );

      create table embed_token (
        account_id text not null constraint embed_token_account references account,
        id text not null,
        expires_at timestamp(3) with time zone not null,
        revoked_at timestamp(3) with time zone,
        primary key (account_id, id)
      );
      -- Query: expired tokens of an account are removed whenever it makes a new one.
      create index embed_token_by_expiry on embed_token (account_id, expires_at);

      create table signing_key (
        id text primary key,
        secret bytea not null,
        created_at timestamp(3) with time zone not null
      );

      create table campaign (
        account_id text not null constraint campaign_account references account,
        id text not null,
        name text not null,
        description text,
        initial_message text,
        sending_starts_at timestamp(3) with time zone,
        sending_ends_at timestamp(3) with time zone,
        time_zone text,
        opens_at text,
        closes_at text,
        phone_numbers text array not null,
        created_at timestamp(3) with time zone not null,
        primary key (account_id, id)
      );
      -- Query: the campaign list, newest first, page by page.
      create index campaign_by_creation on campaign (account_id, created_at, id);

      -- One row a campaign, written with every batch that moves it: no index on what moves, room in the page for the
      -- next version, so that an update stays within its page (HOT).
      create table campaign_analytics (
        account_id text not null,
        campaign_id text not null,
        status campaign_status not null,
        initials_sent integer not null,
        conversations integer not null,
        segments integer not null,
        replies integer not null,
        senders integer not null,
        auto_opt_outs integer not null,
        manual_opt_outs integer not null,
        revision integer not null,
        updated_at timestamp(3) with time zone not null,
        primary key (account_id, campaign_id),
        constraint campaign_analytics_campaign foreign key (account_id, campaign_id) references campaign on delete cascade
      ) with (fillfactor = 30);

      create table sender (
        account_id text not null constraint sender_account references account,
        id text not null,
        name text not null,
        primary key (account_id, id)
      );

      create table campaign_sender (
        account_id text not null,
        campaign_id text not null,
        sender_id text not null,
        is_active boolean not null,
        primary key (account_id, campaign_id, sender_id),
        constraint campaign_sender_campaign foreign key (account_id, campaign_id) references campaign on delete cascade,
        constraint campaign_sender_sender foreign key (account_id, sender_id) references sender
      );

      -- From here on the ledger: no foreign keys, their row triggers cost more than the rows. Whoever writes holds the
      -- campaign's row of campaign_analytics.
      create table conversation (
        account_id text not null,
        campaign_id text not null,
        contact text not null,
        first_name text,
        last_name text,
        sender_id text,
        message_count integer not null default 0,
        sent_count integer not null default 0,
        received_count integer not null default 0,
        segment_count integer not null default 0,
        first_message_at timestamp(3) with time zone,
        last_message_at timestamp(3) with time zone,
        opted_out_at timestamp(3) with time zone,
        opted_out_source opt_out_source,
        primary key (account_id, campaign_id, contact)
      ) with (fillfactor = 80);

      create table message (
        account_id text not null,
        id text not null,
        campaign_id text not null,
        contact text not null,
        direction message_direction not null,
        sender_id text,
        body text,
        media_count integer not null,
        segments integer not null,
        at timestamp(3) with time zone not null,
        status message_status not null,
        status_at timestamp(3) with time zone not null,
        error_code text not null,
        content_hash bytea not null,
        primary key (account_id, id)
      ) with (fillfactor = 90);
      -- Query: the messages of one campaign, for its deletion and its exports.
      create index message_by_campaign on message (account_id, campaign_id);

      create table status_report (
        account_id text not null,
        message_id text not null,
        at timestamp(3) with time zone not null,
        status message_status not null,
        error_code text not null,
        primary key (account_id, message_id, at, status, error_code)
      );

      -- campaign_id is '' for opt-outs of the whole account, sender_id is '' where nobody is named: both are part of
      -- what makes two opt-outs the same, and a key has no nulls.
      create table opt_out (
        account_id text not null,
        contact text not null,
        campaign_id text not null,
        at timestamp(3) with time zone not null,
        source opt_out_source not null,
        sender_id text not null,
        primary key (account_id, contact, campaign_id, at, source, sender_id),
        constraint opt_out_scope check ((campaign_id = '') = (source = 'ACCOUNT'))
      );

      create table opt_in (
        account_id text not null,
        contact text not null,
        at timestamp(3) with time zone not null,
        primary key (account_id, contact, at)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('The first migration is not undone: drop the database instead');
  }
}
