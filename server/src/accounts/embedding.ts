// Embed tokens over the API: a host's server makes one for each page that shows the widget.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { isOrigin, malformed } from '../fields.js';
import { DateTime } from '../scalars.js';
import { LONGEST_SECONDS } from './tokens.js';

const SHORTEST_SECONDS = 60;
const DEFAULT_SECONDS = 900;
const MOST_CAMPAIGNS = 100;
const MOST_ORIGINS = 20;

@InputType()
export class CreateEmbedTokenInput {
  @Field(() => [ID])
  campaignIds: string[];

  @Field(() => Int, { nullable: true, defaultValue: DEFAULT_SECONDS, description: '60 to 86,400.' })
  expiresInSeconds?: number | null;

  @Field(() => [String], {
    nullable: true,
    defaultValue: [],
    description:
      'Origins of the host pages that may use this token; empty for any. Checked on every request and at connection_init; with a list, a missing Origin fails.',
  })
  origins?: string[] | null;
}

@ObjectType()
export class EmbedToken {
  @Field(() => ID, { description: 'Names the token for revocation; not secret.' })
  id: string;

  @Field(() => String)
  token: string;

  @Field(() => DateTime)
  expiresAt: Date;
}

/** The input with its defaults. @throws AppError BAD_USER_INPUT */
export function checkEmbedToken(input: CreateEmbedTokenInput): Required<{
  [F in keyof CreateEmbedTokenInput]: NonNullable<CreateEmbedTokenInput[F]>;
}> {
  const campaignIds = [...new Set(input.campaignIds)];
  const expiresInSeconds = input.expiresInSeconds ?? DEFAULT_SECONDS;
  const origins = input.origins ?? [];
  if (campaignIds.length < 1 || campaignIds.length > MOST_CAMPAIGNS)
    throw malformed('campaignIds', `1 to ${MOST_CAMPAIGNS} ids`);
  if (expiresInSeconds < SHORTEST_SECONDS || expiresInSeconds > LONGEST_SECONDS)
    throw malformed('expiresInSeconds', `${SHORTEST_SECONDS} to ${LONGEST_SECONDS}`);
  if (origins.length > MOST_ORIGINS || !origins.every(isOrigin))
    throw malformed('origins', `at most ${MOST_ORIGINS} origins such as https://app.example.com`);
  return { campaignIds, expiresInSeconds, origins };
}
