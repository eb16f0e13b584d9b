// How far a job is, and why it failed, as the API tells it of every kind.
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Job } from './job.js';

@ObjectType()
export class JobProgress {
  @Field(() => Float)
  done: number;

  @Field(() => Float, { nullable: true, description: 'Null until known.' })
  total: number | null;

  @Field(() => Float, { nullable: true, description: 'Since it began; null until there is any.' })
  perSecond: number | null;

  @Field(() => Int, { nullable: true, description: 'At this rate; null until known, and when it is over.' })
  remainingSeconds: number | null;
}

@ObjectType()
export class JobError {
  @Field(() => String)
  code: string;

  @Field(() => String)
  message: string;
}

export function progressOf({ state, done, total, startedAt, movedAt }: Job): JobProgress {
  const seconds = startedAt ? (movedAt.getTime() - startedAt.getTime()) / 1_000 : 0;
  const perSecond = done > 0 && seconds > 0 ? done / seconds : null;
  const isKnown = state === 'RUNNING' && perSecond !== null && total !== null;
  const remainingSeconds = isKnown ? Math.ceil(Math.max(0, total - done) / perSecond) : null;
  return { done, total, perSecond, remainingSeconds };
}

export const errorOf = ({ errorCode, errorMessage }: Job): JobError | null =>
  errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' };
