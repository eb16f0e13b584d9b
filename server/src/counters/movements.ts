// What recording leaves for the numbers around the boxes: beside each change of messages and conversations, in the same
// statement, a note of what became so and what is so no longer. Notes are sums, so the order in which they are folded is
// nobody's concern; `fold` takes them.
// One array a statement and not one row a message: an append of a few bytes to what is written anyway.

/** The columns of a conversation from which its part in the numbers around the boxes is told. */
export const FACTS = `sender_id, initial_at, initial_sender_id, first_reply_at, opted_out_at, opted_out_source`;

/** The facts of a conversation `of`, as a row of the CTE `conversation_change`. */
export const factsOf = (of: string, sign: 1 | -1): string => `
  select ${of}.campaign_id, coalesce(${of}.sender_id, ${of}.initial_sender_id) as sender_id, ${of}.initial_at,
         ${of}.first_reply_at, ${of}.opted_out_at, ${of}.opted_out_source, ${sign} as sign`;

const CONVERSATIONS = `
  select array_agg(row(campaign_id, sender_id, initial_at, first_reply_at, opted_out_at, opted_out_source, sign)
           ::conversation_movement)
    from conversation_change`;
const MESSAGES = `
  select array_agg(row(campaign_id, contact, direction, sender_id, media_count, segments, at, status, error_code, sign)
           ::message_movement)
    from message_change`;

const note = (messages: string, conversations: string): string => `
  noted as (
    insert into movement (account_id, messages, conversations)
    select $1, messages, conversations from (select (${messages}) as messages, (${conversations}) as conversations) m
     where messages is not null or conversations is not null
  )`;

/** The tail of a statement that has the CTEs `message_change` and `conversation_change`. */
export const NOTE_MOVEMENTS = note(MESSAGES, CONVERSATIONS);
/** The tail of a statement that has the CTE `conversation_change` only. */
export const NOTE_CONVERSATIONS = note('null::message_movement[]', CONVERSATIONS);
/** The tail of a statement that has the CTE `message_change` only. */
export const NOTE_MESSAGES = note(MESSAGES, 'null::conversation_movement[]');
