// What an export is asked to be: the API's input in, what the job keeps of it out.
import { randomUUID } from 'node:crypto';
import { Field, ID, InputType } from 'type-graphql';
import { checkId, checkInstant, checkOptionalId, malformed } from '../fields.js';
import { DateTime } from '../scalars.js';

export const ExportKind = {
  MESSAGES: 'MESSAGES',
  CONVERSATIONS: 'CONVERSATIONS',
  SENDERS: 'SENDERS',
  OPT_OUTS: 'OPT_OUTS',
  USAGE: 'USAGE',
} as const;
export type ExportKind = keyof typeof ExportKind;

export const ExportFormat = { CSV: 'CSV', JSON_LINES: 'JSON_LINES' } as const;
export type ExportFormat = keyof typeof ExportFormat;

@InputType()
export class CreateExportInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The same id with the same content is the same export; left out, one is made.',
  })
  id?: string | null;

  @Field(() => ExportKind)
  kind: ExportKind;

  @Field(() => ID, { nullable: true, description: 'Left out: of the whole account.' })
  campaignId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only what happened then or later.' })
  from?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only what happened earlier.' })
  to?: string | null;

  @Field(() => ExportFormat, { nullable: true, defaultValue: ExportFormat.CSV })
  format?: ExportFormat | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'With gzip.' })
  isCompressed?: boolean | null;
}

/** The input of the job. */
export interface ExportRequest {
  readonly kind: ExportKind;
  readonly campaignId: string | null;
  /** ISO 8601, in UTC. */
  readonly from: string | null;
  readonly to: string | null;
  readonly format: ExportFormat;
  readonly isCompressed: boolean;
}

const instantOf = (field: string, value: string | null | undefined): string | null =>
  value == null ? null : checkInstant(field, value).toISOString();

/** @throws AppError BAD_USER_INPUT naming the field */
export function checkRequest(input: CreateExportInput): { id: string; request: ExportRequest } {
  const from = instantOf('from', input.from);
  const to = instantOf('to', input.to);
  if (from !== null && to !== null && from >= to) throw malformed('to', 'an instant after `from`');
  if (input.kind === 'SENDERS' && (from !== null || to !== null))
    throw malformed('from, to', 'neither of them for SENDERS');
  if (input.kind === 'USAGE' && input.campaignId != null)
    throw malformed('campaignId', 'none for USAGE, which is counted by account');
  return {
    id: input.id == null ? randomUUID() : checkId('id', input.id),
    request: {
      kind: input.kind,
      campaignId: checkOptionalId('campaignId', input.campaignId),
      from,
      to,
      format: input.format ?? 'CSV',
      isCompressed: input.isCompressed ?? false,
    },
  };
}
