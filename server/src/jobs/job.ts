// Work that takes longer than a request, as it is kept: what is asked for, how far it is, what came of it.
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from '../accounts/account.js';

export const JobState = {
  QUEUED: 'QUEUED',
  RUNNING: 'RUNNING',
  DONE: 'DONE',
  FAILED: 'FAILED',
  CANCELED: 'CANCELED',
} as const;
export type JobState = keyof typeof JobState;

@Entity('job')
@Index('job_by_creation', ['accountId', 'kind', 'createdAt', 'id'])
@Index('job_unfinished', ['createdAt'], { where: 'finished_at IS NULL' })
@Index('job_by_expiry', ['expiresAt'], { where: 'expires_at IS NOT NULL' })
export class Job<Input = unknown, Result = unknown> {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  @ForeignKey(() => Account, { name: 'job_account' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  id: string;

  /** Which station's work it is. */
  @Column({ type: 'text' })
  kind: string;

  /** What is asked for; the same id with another input is a conflict. */
  @Column({ type: 'jsonb' })
  input: Input;

  /** What the work needs and nobody is shown; gone when the job is over. */
  @Column({ type: 'text', nullable: true, select: false })
  payload?: string | null;

  @Column({ type: 'enum', enum: Object.keys(JobState), enumName: 'job_state' })
  state: JobState;

  @Column({ type: 'double precision' })
  done: number;

  /** Null until known. */
  @Column({ type: 'double precision', nullable: true })
  total: number | null;

  /** Null until DONE. */
  @Column({ type: 'jsonb', nullable: true })
  result: Result | null;

  @Column({ name: 'error_code', type: 'text', nullable: true })
  errorCode: string | null;

  @Column({ name: 'error_message', type: 'text', nullable: true })
  errorMessage: string | null;

  @Column({ name: 'created_at', type: 'timestamp with time zone', precision: 3 })
  createdAt: Date;

  /** When the attempt under way began. */
  @Column({ name: 'started_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  startedAt: Date | null;

  /** When state or progress last changed. */
  @Column({ name: 'moved_at', type: 'timestamp with time zone', precision: 3 })
  movedAt: Date;

  @Column({ name: 'finished_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  finishedAt: Date | null;

  /** The job and all it left are removed then; null until it is over. */
  @Column({ name: 'expires_at', type: 'timestamp with time zone', precision: 3, nullable: true })
  expiresAt: Date | null;

  /** Counts all that were begun, from 1; what an attempt leaves outside of the database has its number in the name. */
  @Column({ type: 'integer' })
  attempt: number;

  /** Of its attempts those that failed; one that was interrupted did not. */
  @Column({ type: 'integer', default: 0 })
  failures: number;

  @Column({ name: 'lease_owner', type: 'text', nullable: true })
  leaseOwner: string | null;

  @Column({ name: 'lease_until', type: 'timestamp with time zone', precision: 3, nullable: true })
  leaseUntil: Date | null;

  /** Grows with every change that a reader sees. */
  @Column({ type: 'integer' })
  revision: number;
}

export type JobKey = Pick<Job, 'accountId' | 'id'>;

export const isOver = ({ state }: Job): boolean => state !== 'QUEUED' && state !== 'RUNNING';
