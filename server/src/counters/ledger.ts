// The stored events and the conversations they make: the base tables from which every box can be counted again.
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { type MessageDirection, type MessageStatus, OptOutSource } from './event.js';

const DIRECTIONS = ['OUTBOUND', 'INBOUND'];
const STATUSES = ['SENT', 'DELIVERED', 'UNDELIVERED', 'FAILED'];
const SOURCES = ['MANUAL', 'AUTO', 'ACCOUNT'];

@Entity('conversation')
export class Conversation {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ name: 'campaign_id', type: 'text' })
  campaignId: string;

  @PrimaryColumn({ type: 'text' })
  contact: string;

  @Column({ name: 'first_name', type: 'text', nullable: true })
  firstName: string | null;

  @Column({ name: 'last_name', type: 'text', nullable: true })
  lastName: string | null;

  /** The sender it is assigned to. */
  @Column({ name: 'sender_id', type: 'text', nullable: true })
  senderId: string | null;

  /** Messages of both directions, whatever became of them. */
  @Column({ name: 'message_count', type: 'integer', default: 0 })
  messageCount: number;

  /** OUTBOUND messages that are not FAILED. */
  @Column({ name: 'sent_count', type: 'integer', default: 0 })
  sentCount: number;

  @Column({ name: 'received_count', type: 'integer', default: 0 })
  receivedCount: number;

  /** Segments of OUTBOUND SMS messages that are not FAILED. */
  @Column({ name: 'segment_count', type: 'integer', default: 0 })
  segmentCount: number;

  @Column({ name: 'first_message_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  firstMessageAt: Date | null;

  @Column({ name: 'last_message_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  lastMessageAt: Date | null;

  @Column({ name: 'opted_out_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  optedOutAt: Date | null;

  /** The source that counts now; null while not opted out. */
  @Column({
    name: 'opted_out_source',
    type: 'enum',
    enum: SOURCES,
    enumName: 'opt_out_source',
    nullable: true,
  })
  optedOutSource: OptOutSource | null;

  /** When its initial message was sent; null where there is none. */
  @Column({ name: 'initial_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  initialAt: Date | null;

  /** The message that is its initial one: the earliest OUTBOUND message that is not FAILED, by (`at`, id). */
  @Column({ name: 'initial_id', type: 'text', nullable: true })
  initialId: string | null;

  /** Who sent the initial message. */
  @Column({ name: 'initial_sender_id', type: 'text', nullable: true })
  initialSenderId: string | null;

  @Column({ name: 'first_reply_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  firstReplyAt: Date | null;
}

@Entity('message')
@Index('message_by_conversation', ['accountId', 'campaignId', 'contact'])
export class Message {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  id: string;

  @Column({ name: 'campaign_id', type: 'text' })
  campaignId: string;

  @Column({ type: 'text' })
  contact: string;

  @Column({ type: 'enum', enum: DIRECTIONS, enumName: 'message_direction' })
  direction: MessageDirection;

  @Column({ name: 'sender_id', type: 'text', nullable: true })
  senderId: string | null;

  @Column({ type: 'text', nullable: true })
  body: string | null;

  @Column({ name: 'media_count', type: 'integer' })
  mediaCount: number;

  @Column({ type: 'integer' })
  segments: number;

  @Column({ type: 'timestamp with time zone', precision: 3 })
  at: Date;

  @Column({ type: 'enum', enum: STATUSES, enumName: 'message_status' })
  status: MessageStatus;

  @Column({ name: 'status_at', type: 'timestamp with time zone', precision: 3 })
  statusAt: Date;

  /** The provider's code of the status; '' where it gave none. */
  @Column({ name: 'error_code', type: 'text' })
  errorCode: string;

  /** What the same id must repeat to be a duplicate; outlives the body. */
  @Column({ name: 'content_hash', type: 'bytea' })
  contentHash: Buffer;
}

/** A status as it was reported; those of messages not yet recorded wait here. */
@Entity('status_report')
export class StatusReport {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ name: 'message_id', type: 'text' })
  messageId: string;

  @PrimaryColumn({ type: 'timestamp with time zone', precision: 3 })
  at: Date;

  @PrimaryColumn({ type: 'enum', enum: STATUSES, enumName: 'message_status' })
  status: MessageStatus;

  @PrimaryColumn({ name: 'error_code', type: 'text' })
  errorCode: string;
}

@Entity('opt_out')
@Index('opt_out_by_time', ['accountId', 'at', 'contact'])
@Check('opt_out_scope', `(campaign_id = '') = (source = 'ACCOUNT')`)
export class OptOut {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  contact: string;

  /** '' for an opt-out of the whole account. */
  @PrimaryColumn({ name: 'campaign_id', type: 'text' })
  campaignId: string;

  @PrimaryColumn({ type: 'timestamp with time zone', precision: 3 })
  at: Date;

  @PrimaryColumn({ type: 'enum', enum: SOURCES, enumName: 'opt_out_source' })
  source: OptOutSource;

  /** '' where no sender is named. */
  @PrimaryColumn({ name: 'sender_id', type: 'text' })
  senderId: string;
}

@Entity('opt_in')
export class OptIn {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  contact: string;

  @PrimaryColumn({ type: 'timestamp with time zone', precision: 3 })
  at: Date;
}
