// What is stored of credentials: a key's hash, a token's id and end, the keys that sign tokens.
import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Account } from './account.js';

@Entity('api_key')
@Unique('api_key_hash', ['hash'])
export class ApiKey {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  @ForeignKey(() => Account, { name: 'api_key_account' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  id: string;

  /** SHA-256 of the key; keys are long and random, so a fast hash is enough. */
  @Column({ type: 'bytea' })
  hash: Buffer;

  @Column({ name: 'created_at', type: 'timestamp with time zone', precision: 3 })
  createdAt: Date;

  @Column({ name: 'revoked_at', type: 'timestamp with time zone', precision: 3, nullable: true })
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
