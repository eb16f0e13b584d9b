// What is stored of signing in to the console: links that wait to be used once, and sessions. Their secrets are long and
// random, so a fast hash of each is enough.
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { DateTime } from '../scalars.js';
import { Account } from './account.js';
import { ApiKey } from './credential.js';

@Entity('sign_in_link')
@Unique('sign_in_link_hash', ['hash'])
export class SignInLink {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  @ForeignKey(() => Account, { name: 'sign_in_link_account' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  id: string;

  @Column({ type: 'bytea' })
  hash: Buffer;

  @Column({ name: 'expires_at', type: 'timestamp with time zone', precision: 3 })
  expiresAt: Date;
}

@Entity('console_session')
@Unique('console_session_hash', ['hash'])
@ForeignKey(() => ApiKey, ['accountId', 'keyId'], ['accountId', 'id'], { name: 'console_session_key' })
@ObjectType({ description: 'Somebody signed in to the console.' })
export class ConsoleSession {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  @ForeignKey(() => Account, { name: 'console_session_account' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  @Field(() => ID)
  id: string;

  @Column({ type: 'bytea' })
  hash: Buffer;

  @Column({ name: 'key_id', type: 'text', nullable: true })
  @Field(() => ID, {
    nullable: true,
    description:
      'The API key that it was begun with, and ends with; null where it was a link of the command line.',
  })
  keyId: string | null;

  @Column({ name: 'created_at', type: 'timestamp with time zone', precision: 3 })
  @Field(() => DateTime)
  createdAt: Date;

  @Column({ name: 'expires_at', type: 'timestamp with time zone', precision: 3 })
  @Field(() => DateTime)
  expiresAt: Date;

  @Column({ name: 'ended_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  endedAt: Date | null;
}
