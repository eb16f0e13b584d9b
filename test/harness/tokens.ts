// Embed tokens of one campaign, and what comes of using them.
import {
  CampaignAnalyticsDocument,
  type CampaignAnalyticsQuery,
  type CreateEmbedTokenInput,
  IssueEmbedTokenDocument,
} from '@campaign-analytics/schema/graphql';
import { beforeAll } from 'vitest';
import { type Answer, openApi } from './api.ts';
import { createCampaign } from './campaign.ts';
import type { TestAccount, TestServer } from './server.ts';

export interface Issued {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: string;
}

export interface TestTokens {
  readonly account: TestAccount;
  readonly campaignId: string;
  /** A token of the campaign, or of what `over` says. */
  issue(over?: Partial<CreateEmbedTokenInput>): Promise<Issued>;
  /** Asks for the campaign's numbers. */
  ask(token: string, headers?: Record<string, string>): Promise<Answer<CampaignAnalyticsQuery>>;
  /** The same in short: the HTTP status, with the error's code or the campaign's id. */
  outcomeOf(token: string, headers?: Record<string, string>): Promise<[number, string | undefined]>;
}

export function useTokens(server: TestServer): TestTokens {
  let account: TestAccount;
  let campaignId: string;
  beforeAll(async () => {
    account = await server.account();
    campaignId = await createCampaign(account);
  });
  const ask: TestTokens['ask'] = (token, headers) =>
    openApi(server.url, token).send(CampaignAnalyticsDocument, { campaignId }, headers);
  return {
    get account() {
      return account;
    },
    get campaignId() {
      return campaignId;
    },
    async issue(over = {}) {
      const input = { campaignIds: [campaignId], ...over };
      return (await account.ask(IssueEmbedTokenDocument, { input })).createEmbedToken;
    },
    ask,
    async outcomeOf(token, headers) {
      const { status, errors, data } = await ask(token, headers);
      return [status, errors ? errors[0]?.extensions.code : data?.campaignAnalytics?.campaignId];
    },
  };
}
