// The tenant, and what holds for all that is its own.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('account')
@ObjectType()
export class Account {
  @PrimaryColumn({ type: 'text' })
  @Field(() => ID)
  id: string;

  @Column({ type: 'text' })
  @Field(() => String)
  name: string;

  @Column({ name: 'default_country', type: 'text' })
  @Field(() => String, {
    description: 'ISO 3166-1 alpha-2: the country in which national numbers that a person writes are meant.',
  })
  defaultCountry: string;

  @Column({ name: 'has_auto_opt_out', type: 'boolean' })
  @Field(() => Boolean, { description: 'Whether an inbound opt-out term opts the contact out by itself.' })
  hasAutoOptOut: boolean;

  @Column({ name: 'created_at', type: 'timestamp with time zone', precision: 3 })
  createdAt: Date;

  @Column({ name: 'body_days', type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'Bodies of messages are kept for so many days after the message; null: for ever.',
  })
  bodyDays: number | null;
}
