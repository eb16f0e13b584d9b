// The executable schema, from the stations' resolvers. Printed, it is schema/schema.graphql.
import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema, registerEnumType } from 'type-graphql';
import { Administration } from '../accounts/administration.js';
import { AuditAction } from '../accounts/audit.js';
import { SignedIn } from '../accounts/signed-in.js';
import { Switches } from '../accounts/switches.js';
import { ApiKeyScope } from '../accounts/viewer.js';
import { ActivityInterval } from '../breakdown/activity.js';
import { Breakdowns } from '../breakdown/breakdown.js';
import { CampaignQueries } from '../campaigns/queries.js';
import { CampaignRoster } from '../campaigns/roster.js';
import { CampaignStatus, MessageDirection, MessageStatus, OptOutSource } from '../counters/event.js';
import { Exports } from '../exports/exports.js';
import { ExportFormat, ExportKind } from '../exports/request.js';
import { CampaignMutations, RecordingMutations, TokenMutations } from '../intake/mutations.js';
import { JobState } from '../jobs/job.js';
import { AnalyticsSubscriptions } from '../live/subscriptions.js';
import { OptOutImports } from '../optouts/list-imports.js';
import { OptOutManagement } from '../optouts/management.js';
import { Privacy } from '../privacy/privacy.js';
import { Usage } from '../usage/usage.js';

registerEnumType(CampaignStatus, { name: 'CampaignStatus', description: 'ARCHIVED is final.' });
registerEnumType(MessageDirection, {
  name: 'MessageDirection',
  valuesConfig: {
    OUTBOUND: { description: 'From the campaign to the contact.' },
    INBOUND: { description: 'From the contact to the campaign.' },
  },
});
registerEnumType(MessageStatus, {
  name: 'MessageStatus',
  description: `A message's status is the one with the greatest \`at\`, of equal ones the later in this list; the status recorded with the
message counts like any other. A status for a message not yet recorded is kept, counts as recorded, and
applies when the message arrives. INBOUND messages take SENT or DELIVERED only.`,
  valuesConfig: {
    SENT: { description: 'Handed to the provider.' },
    DELIVERED: { description: 'Confirmed by the carrier.' },
    UNDELIVERED: {
      description:
        'Accepted by the provider, refused or lost by a carrier. It was sent, so the eight boxes count it; Usage does not.',
    },
    FAILED: {
      description: 'Never left: the provider refused it. Neither the eight boxes nor Usage count it.',
    },
  },
});
registerEnumType(OptOutSource, {
  name: 'OptOutSource',
  description: `A conversation is opted out while its campaign has an opt-out of it later than the contact's last opt-in; the earliest of these
gives the source. At equal \`at\` an opt-out beats an opt-in, and MANUAL beats AUTO; arrival never decides. Opt-outs made
elsewhere neither count here nor hide one made here. An opt-in holds in the whole account.`,
  valuesConfig: {
    AUTO: {
      description:
        "Opted out by the system because the contact's whole message was an opt-out term (STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE, OPTOUT), in any case, surrounding white space aside. Decided when the message is recorded, if the account's switch is on, and kept as an opt-out of its own at the message's time.",
    },
    MANUAL: { description: "Opted out in this campaign's conversation by a sender or an admin." },
    ACCOUNT: {
      description:
        "Opted out elsewhere: in another campaign, on the Opt Out Management page, by import. No campaign's boxes count it.",
    },
  },
});
registerEnumType(ApiKeyScope, {
  name: 'ApiKeyScope',
  description: 'What an API key may do. One scope does not contain another.',
  valuesConfig: {
    RECORD: {
      description:
        'Report: create and change campaigns, their contacts and senders, record messages, statuses, opt-outs and opt-ins. Answers show the campaign that was changed.',
    },
    READ: {
      description:
        'Queries and subscriptions, exports, and embed tokens, which pass on a part of reading. Exports and opt-outs give the bodies of messages, names and phone numbers: whoever has such a key can read what people wrote. An embed token cannot.',
    },
    ADMIN: {
      description:
        'Keys, the audit, erasing contacts, retention, automatic opt-outs, the default country, deleting campaigns. It makes keys of any scope.',
    },
  },
});
registerEnumType(ActivityInterval, { name: 'ActivityInterval', description: 'How time is parted.' });
registerEnumType(JobState, {
  name: 'JobState',
  description: 'A job that was interrupted begins again. DONE, FAILED and CANCELED are final.',
});
registerEnumType(ExportKind, {
  name: 'ExportKind',
  valuesConfig: {
    MESSAGES: { description: 'A row for every message.' },
    CONVERSATIONS: {
      description:
        'A row for every conversation. With `from` and `to`: those whose messages span any part of that time, counted as a whole.',
    },
    SENDERS: { description: 'A row for every sender of a campaign, with whether he is active in it.' },
    OPT_OUTS: {
      description:
        'A row for every opt-out that counts now: no opt-in has undone it, and its contact was not erased.',
    },
    USAGE: {
      description: 'A row for every month of which `from` and `to` leave any part, as `usage` counts it.',
    },
  },
});
registerEnumType(ExportFormat, {
  name: 'ExportFormat',
  valuesConfig: {
    CSV: {
      description:
        'RFC 4180 in UTF-8, with a byte order mark and a row of names. Text that a spreadsheet would run begins with one more apostrophe.',
    },
    JSON_LINES: { description: 'An object a line, values as they are.' },
  },
});
registerEnumType(AuditAction, { name: 'AuditAction', description: 'What was done.' });

const RESOLVERS = [
  CampaignQueries,
  Breakdowns,
  Usage,
  CampaignRoster,
  CampaignMutations,
  RecordingMutations,
  TokenMutations,
  Administration,
  Switches,
  SignedIn,
  Privacy,
  Exports,
  OptOutManagement,
  OptOutImports,
  AnalyticsSubscriptions,
] as const;

/** type-graphql asks for a PubSub wherever there are subscriptions; ours have iterators of their own. */
const noPubSub = {
  publish: (): never => {
    throw new Error('Subscriptions are served by the hub');
  },
  subscribe: (): never => {
    throw new Error('Subscriptions are served by the hub');
  },
};

/**
 * Builds the schema.
 *
 * @param resolvers - the instances that answer; left out for printing.
 */
export const buildApiSchema = (resolvers: readonly object[] = []): Promise<GraphQLSchema> =>
  buildSchema({
    resolvers: RESOLVERS,
    container: { get: (type) => resolvers.find((each) => each.constructor === type) ?? {} },
    // Intake checks items one by one; a validator here would fail the batch and repeat the input in its error.
    validate: false,
    pubSub: noPubSub,
  });
