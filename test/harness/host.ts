// A foreign host page with elements in it, what they told it, and the sockets that they opened.
import { IssueEmbedTokenDocument } from '@campaign-analytics/schema/graphql';
import { openSigners } from '@campaign-analytics/server/accounts/signers.js';
import { openTokens } from '@campaign-analytics/server/accounts/tokens.js';
import { Pool } from 'pg';
import type { Page, WebSocket } from 'playwright-core';
import { expect } from 'vitest';
import type { TestBrowser } from './browser.ts';
import { createCampaign, message, phone, record } from './campaign.ts';
import type { TestAccount, TestServer } from './server.ts';
import type { Site } from './site.ts';
import type { Issued } from './tokens.ts';

export interface HostedCampaign {
  readonly api: TestAccount;
  readonly campaignId: string;
  /** A token of this campaign over the API. */
  issue(expiresInSeconds?: number): Promise<Issued>;
  /** A token that lives shorter than the API gives any. */
  brief(seconds: number): Promise<string>;
  /** One more initial message. @returns how many were sent by then */
  send(): Promise<number>;
}

/** A campaign in an account of its own, with one message sent. */
export async function hostCampaign(server: TestServer): Promise<HostedCampaign> {
  const api = await server.account();
  const campaignId = await createCampaign(api);
  let sent = 0;
  const send = async (): Promise<number> => {
    await record(api, message(campaignId, { contact: phone(sent) }));
    return ++sent;
  };
  await send();
  return {
    api,
    campaignId,
    send,
    async issue(expiresInSeconds = 900) {
      const input = { campaignIds: [campaignId], expiresInSeconds };
      return (await api.ask(IssueEmbedTokenDocument, { input })).createEmbedToken;
    },
    async brief(seconds) {
      const pool = new Pool({ connectionString: server.database.url, max: 1 });
      const tokens = await openTokens(pool, await openSigners(pool));
      const { token } = await tokens.create(api.accountId, [campaignId], [], seconds);
      await pool.end();
      return token;
    },
  };
}

/** What an element told its page: the event, and the phase or code that it named. */
export type Told = readonly [type: string, what: string | undefined];

export interface HostPage {
  readonly page: Page;
  readonly faults: string[];
  readonly sockets: WebSocket[];
  /** Of the element with this id, in order. */
  told(id?: string): Promise<Told[]>;
  /** Settles when the element's first box reads like this. */
  shows(initialsSent: string, id?: string): Promise<void>;
  /** Settles when the element is in this phase, of an error with this code. */
  is(phase: string, id?: string): Promise<void>;
}

interface HostWindow {
  told: Record<string, Told[]>;
}

/**
 * Opens a page of another origin with this body, after `prepare` had the blank page.
 * Elements are told apart by their ids; `it` is the one that a test has alone.
 */
export async function openHost(
  browser: TestBrowser,
  site: Site,
  body: string,
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<HostPage> {
  const { page, faults } = await browser.open();
  const sockets: WebSocket[] = [];
  page.on('websocket', (socket) => sockets.push(socket));
  await page.addInitScript(() => {
    const told: HostWindow['told'] = {};
    Object.assign(window, { told });
    for (const type of ['ready', 'update', 'statechange', 'error'])
      document.addEventListener(
        type,
        ({
          target,
          detail,
        }: Event & { detail?: { phase?: string; code?: string; initialsSent?: number } | null }) => {
          if (!(target instanceof Element)) return;
          told[target.id] ??= [];
          told[target.id]?.push([type, detail?.code ?? detail?.phase ?? detail?.initialsSent?.toString()]);
        },
        { capture: true },
      );
  });
  await prepare(page);
  await page.goto(
    site.put(`/host-${crypto.randomUUID()}.html`, `<!doctype html><title>A host</title>${body}`),
  );
  const told = (id = 'it'): Promise<Told[]> =>
    page.evaluate((of) => (window as unknown as HostWindow).told[of] ?? [], id);
  return {
    page,
    faults,
    sockets,
    told,
    shows: (initialsSent, id = 'it') =>
      expect
        .poll(() => page.locator(`#${id} [data-box="initialsSent"]`).textContent(), {
          timeout: 10_000,
          interval: 20,
        })
        .toContain(initialsSent),
    is: (phase, id = 'it') =>
      expect
        .poll(
          async () => (await told(id)).findLast(([type]) => type === 'statechange' || type === 'error')?.[1],
          {
            timeout: 10_000,
            interval: 20,
          },
        )
        .toBe(phase),
  };
}

/** The script tag, and one element with these attributes. */
export const embed = (url: string, attributes: string, id = 'it'): string =>
  `<script type="module" src="${url}/widget/campaign-analytics.js"></script>
   <campaign-analytics id="${id}" ${attributes}></campaign-analytics>`;
