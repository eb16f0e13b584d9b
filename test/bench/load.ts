// The load of the ingest benchmark: messages as hosts send them, over HTTP connections that stay open.

import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import {
  type MessageInput,
  type RecordedFragment,
  RecordMessagesDocument,
} from '@campaign-analytics/schema/graphql';
import { print } from 'graphql';

const BODY = 'Hi Sam, this is Ana from Parks for All. Can you help at the river clean-up on Saturday?';

/** Numbers that can be, for a load that never leaves this machine. */
const contactAt = (index: number): string => `+1${2_010_000_000 + index}`;

/** `count` messages of one campaign: an initial to each contact, then a reply of every third. */
export const messagesOf = (campaignId: string, count: number): MessageInput[] =>
  Array.from({ length: count }, (_, index) => {
    const isReply = index % 4 === 3;
    return {
      id: randomUUID(),
      campaignId,
      contact: contactAt(isReply ? index - 3 : index),
      direction: isReply ? 'INBOUND' : 'OUTBOUND',
      senderId: 'ana',
      body: isReply ? 'Yes, count me in' : BODY,
      at: new Date(Date.UTC(2026, 10, 2) + index * 1_000).toISOString(),
    };
  });

export const batchesOf = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

const QUERY = print(RecordMessagesDocument);

/** A request's body, made before the clock starts. */
export const bodyOf = (messages: readonly MessageInput[]): string =>
  JSON.stringify({ query: QUERY, variables: { messages } });

/** Sends bodies to a server. @returns a sender, which settles when all of a body's messages are recorded. */
export function openSender(url: string, key: string, connections: number): (body: string) => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return (body) =>
    new Promise((resolve, reject) => {
      const sent = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (more) => {
          text += more;
        });
        response.on('end', () => {
          const answer = JSON.parse(text) as { data?: { recordMessages: RecordedFragment } };
          const recorded = answer.data?.recordMessages;
          if (recorded && recorded.duplicates === 0 && recorded.rejected.length === 0) resolve();
          else reject(new Error(`Expected all recorded, got ${text.slice(0, 500)}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
}
