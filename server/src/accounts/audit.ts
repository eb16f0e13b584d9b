// What was done to an account by its administrators: noted in the transaction that does it. No personal data.
import { randomUUID } from 'node:crypto';
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DateTime } from '../scalars.js';
import { Account } from './account.js';

export const AuditAction = {
  API_KEY_CREATED: 'API_KEY_CREATED',
  API_KEY_REVOKED: 'API_KEY_REVOKED',
  AUTO_OPT_OUT_SET: 'AUTO_OPT_OUT_SET',
  BODY_RETENTION_SET: 'BODY_RETENTION_SET',
  CONTACT_ERASED: 'CONTACT_ERASED',
  DEFAULT_COUNTRY_SET: 'DEFAULT_COUNTRY_SET',
  SIGN_IN_LINK_CREATED: 'SIGN_IN_LINK_CREATED',
  SIGN_IN_LINK_USED: 'SIGN_IN_LINK_USED',
} as const;
export type AuditAction = keyof typeof AuditAction;

@Entity('audit_entry')
@Index('audit_entry_by_time', ['accountId', 'at', 'id'])
@ObjectType({
  description: 'Something that was done to the account. It holds nothing of a contact.',
})
export class AuditEntry {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  @ForeignKey(() => Account, { name: 'audit_entry_account' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  @Field(() => ID)
  id: string;

  @Column({ type: 'timestamp with time zone', precision: 3 })
  @Field(() => DateTime)
  at: Date;

  @Column({ type: 'text' })
  @Field(() => AuditAction)
  action: AuditAction;

  @Column({ name: 'key_id', type: 'text', nullable: true })
  @Field(() => ID, {
    nullable: true,
    description:
      'The API key it was done with, or signed in with; null where it was done on the command line, or by somebody whom a link of the command line signed in.',
  })
  keyId: string | null;

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      "The other key's id, the link's, or what was set: days, on or off, a country; null for an erased contact.",
  })
  subject: string | null;
}

/** Who does it: the id of an API key, or null for the command line and whom its links signed in. */
export type Actor = string | null;

/** The statement that notes it; run it in the same transaction. */
export const noteAudit = (
  accountId: string,
  actor: Actor,
  action: AuditAction,
  subject: string | null = null,
): { text: string; values: unknown[] } => ({
  text: `insert into audit_entry (account_id, id, at, action, key_id, subject)
         values ($1, $2, clock_timestamp(), $3, $4, $5)`,
  values: [accountId, randomUUID(), action, actor, subject],
});
