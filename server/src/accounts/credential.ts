// What is stored of credentials: a key's hash, a token's id and end, the keys that sign tokens.
import { Field, ID, ObjectType } from 'type-graphql';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { DateTime } from '../scalars.js';
import { Account } from './account.js';
import { ApiKeyScope } from './viewer.js';

@Entity('api_key')
@Unique('api_key_hash', ['hash'])
@Check('api_key_scopes', `scopes <@ array['RECORD', 'READ', 'ADMIN'] and scopes <> '{}'`)
@ObjectType({ description: 'An API key of the account. The key itself is shown once, when it is made.' })
export class ApiKey {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  @ForeignKey(() => Account, { name: 'api_key_account' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  @Field(() => ID)
  id: string;

  @Column({ type: 'text' })
  @Field(() => String)
  name: string;

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'How the key begins, by which people know it; null where it is older than this field.',
  })
  prefix: string | null;

  @Column({ type: 'text', array: true })
  @Field(() => [ApiKeyScope])
  scopes: ApiKeyScope[];

  /** SHA-256 of the key; keys are long and random, so a fast hash is enough. */
  @Column({ type: 'bytea' })
  hash: Buffer;

  @Column({ name: 'created_at', type: 'timestamp with time zone', precision: 3 })
  @Field(() => DateTime)
  createdAt: Date;

  @Column({ name: 'revoked_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it ended or, where it was replaced, will end.',
  })
  revokedAt: Date | null;
}

@Entity('embed_token')
@Index('embed_token_by_expiry', ['accountId', 'expiresAt'])
export class EmbedTokenRecord {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  @ForeignKey(() => Account, { name: 'embed_token_account' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  id: string;

  @Column({ name: 'expires_at', type: 'timestamp with time zone', precision: 3 })
  expiresAt: Date;

  @Column({ name: 'revoked_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  revokedAt: Date | null;
}

@Entity('signing_key')
export class SigningKey {
  @PrimaryColumn({ type: 'text' })
  id: string;

  @Column({ type: 'bytea' })
  secret: Buffer;

  @Column({ name: 'created_at', type: 'timestamp with time zone', precision: 3 })
  createdAt: Date;
}
