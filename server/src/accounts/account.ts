// The tenant and its credentials. Of a key only a hash is stored, of an embed token only what revoking it takes.
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('account')
export class Account {
  @PrimaryColumn({ type: 'text' })
  id: string;

  @Column({ type: 'text' })
  name: string;

  /** ISO 3166-1 alpha-2; national numbers that a person types are meant in this country. */
  @Column({ name: 'default_country', type: 'text' })
  defaultCountry: string;

  /** Whether an inbound opt-out term opts the contact out by itself. */
  @Column({ name: 'has_auto_opt_out', type: 'boolean' })
  hasAutoOptOut: boolean;

  @Column({ name: 'created_at', type: 'timestamp with time zone', precision: 3 })
  createdAt: Date;
}
