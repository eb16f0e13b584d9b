// What recording leaves for the numbers around the boxes: beside each change of messages and conversations, in the same
// statement, a note of what it adds to each of their tables. Notes are sums, so the order in which they are folded is nobody's
// concern; `fold` takes them.
// One row a statement and not one a message: what a batch adds to one campaign is a few sums, beside the contacts it reached.

/** The tables around the boxes: their keys beside the account, and the sums that are noted. */
export const TALLIES = {
  activity: {
    keys: ['campaign_id', 'starts_at'],
    sums: ['initials_sent', 'replies', 'auto_opt_outs', 'manual_opt_outs'],
  },
  sender_tally: {
    keys: ['campaign_id', 'sender_id'],
    sums: ['assigned', 'messages_sent', 'replies', 'opt_outs'],
  },
  delivery_tally: { keys: ['campaign_id', 'status', 'error_code'], sums: ['messages'] },
  usage_month: {
    keys: ['month'],
    sums: [
      'sms_messages',
      'sms_segments',
      'mms_messages',
      'sent_sms_messages',
      'sent_sms_segments',
      'sent_mms_messages',
    ],
  },
  usage_contact: { keys: ['month', 'contact'], sums: ['messages'] },
} as const;
export type TallyTable = keyof typeof TALLIES;
export const TALLY_TABLES = Object.keys(TALLIES) as TallyTable[];

export const isOfCampaign = (table: TallyTable): boolean =>
  TALLIES[table].keys.some((key) => key === 'campaign_id');
/** A condition on rows for this table: what was of a campaign that is gone is nobody's. */
export const whereThere = (table: TallyTable): string =>
  isOfCampaign(table)
    ? 'where campaign_id in (select campaign_id from campaign_analytics where account_id = $1)'
    : '';

/** The columns of a conversation from which its part in the numbers around the boxes is told. */
export const FACTS = `sender_id, initial_at, initial_sender_id, first_reply_at, opted_out_at, opted_out_source`;

/** The facts of a conversation `of`, as a row of the CTE `conversation_change`. */
export const factsOf = (of: string, sign: 1 | -1): string => `
  select ${of}.campaign_id, coalesce(${of}.sender_id, ${of}.initial_sender_id) as sender_id, ${of}.initial_at,
         ${of}.first_reply_at, ${of}.opted_out_at, ${of}.opted_out_source, ${sign} as sign`;

/** Rows of keys and what to add, by table. Of nobody is the sender ''. */
type Additions = Partial<Record<TallyTable, string>>;

const startOf = (at: string): string => `date_bin('5 minutes', ${at}, 'epoch') as starts_at`;

/** What a row of `conversation_change` adds. */
const OF_CONVERSATIONS: Additions = {
  activity: `
    select campaign_id, ${startOf('initial_at')}, sign as initials_sent, 0 as replies, 0 as auto_opt_outs, 0 as manual_opt_outs
      from conversation_change where initial_at is not null
    union all
    select campaign_id, ${startOf('first_reply_at')}, 0, sign, 0, 0 from conversation_change where first_reply_at is not null
    union all
    select campaign_id, ${startOf('opted_out_at')}, 0, 0, (opted_out_source = 'AUTO')::int * sign,
           (opted_out_source = 'MANUAL')::int * sign
      from conversation_change where opted_out_at is not null`,
  sender_tally: `
    select campaign_id, coalesce(sender_id, '') as sender_id, sign as assigned, 0 as messages_sent,
           (first_reply_at is not null)::int * sign as replies, (opted_out_at is not null)::int * sign as opt_outs
      from conversation_change`,
};

const IN_USAGE = `status not in ('UNDELIVERED', 'FAILED')`;
const MONTH = `date_trunc('month', at at time zone 'UTC')::date as month`;

/** What a row of `message_change` adds. One without a campaign ('') is of a deleted campaign, and of the account's usage only. */
const OF_MESSAGES: Additions = {
  sender_tally: `
    select campaign_id, coalesce(sender_id, '') as sender_id, 0 as assigned, sign as messages_sent, 0 as replies, 0 as opt_outs
      from message_change where direction = 'OUTBOUND' and status <> 'FAILED' and campaign_id <> ''`,
  delivery_tally: `
    select campaign_id, status, error_code, sign as messages
      from message_change where direction = 'OUTBOUND' and campaign_id <> ''`,
  usage_month: `
    select month, is_sms * sign as sms_messages, is_sms * sign * segments as sms_segments, (1 - is_sms) * sign as mms_messages,
           is_sent * is_sms * sign as sent_sms_messages, is_sent * is_sms * sign * segments as sent_sms_segments,
           is_sent * (1 - is_sms) * sign as sent_mms_messages
      from (select ${MONTH}, (media_count = 0)::int as is_sms, (direction = 'OUTBOUND')::int as is_sent, segments, sign
              from message_change where ${IN_USAGE}) m`,
  usage_contact: `
    select ${MONTH}, contact, sign as messages from message_change where direction = 'OUTBOUND' and ${IN_USAGE}`,
};

/** A statement that adds up the rows of `from` by the table's keys; what comes to nothing is left out. */
export function addUp(table: TallyTable, from: string): string {
  const { keys, sums } = TALLIES[table];
  const key = keys.join(', ');
  return `
    select ${key}, ${sums.map((sum) => `sum(${sum})::int as ${sum}`).join(', ')} from ${from} group by ${key}
    having (${sums.map((sum) => `sum(${sum})`).join(', ')}) <> (${sums.map(() => 0).join(', ')})`;
}

function notesOf(table: TallyTable, additions: readonly string[]): string {
  const { keys, sums } = TALLIES[table];
  return `
    (select array_agg(row(${[...keys, ...sums].join(', ')})::${table}_delta)
       from (${addUp(table, `(${additions.join(' union all ')}) a`)}) d) as ${table}`;
}

function note(...sources: readonly Additions[]): string {
  const noted = TALLY_TABLES.flatMap((table) => {
    const additions = sources.flatMap((source) => source[table] ?? []);
    return additions.length > 0 ? [{ table, notes: notesOf(table, additions) }] : [];
  });
  const columns = noted.map(({ table }) => table).join(', ');
  return `
  noted as (
    insert into movement (account_id, ${columns})
    select $1, ${columns} from (select ${noted.map(({ notes }) => notes).join(', ')}) n where num_nonnulls(${columns}) > 0
  )`;
}

/** The tail of a statement that has the CTEs `message_change` and `conversation_change`. */
export const NOTE_MOVEMENTS = note(OF_MESSAGES, OF_CONVERSATIONS);
/** The tail of a statement that has the CTE `conversation_change` only. */
export const NOTE_CONVERSATIONS = note(OF_CONVERSATIONS);
/** The tail of a statement that has the CTE `message_change` only. */
export const NOTE_MESSAGES = note(OF_MESSAGES);
