export { CampaignAnalyticsElement, defineCampaignAnalytics } from './faces/element.js';
export type { BoxClick, CampaignAnalyticsEventMap } from './faces/element-events.js';
export type { Refusal } from './feed/refusal.js';
export type { CampaignStatus, Snapshot } from './feed/snapshot.js';
export type { State } from './feed/state.js';
export type { GetToken, TokenAnswer } from './feed/token-source.js';
