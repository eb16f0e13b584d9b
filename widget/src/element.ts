export {
  CampaignAnalyticsElement,
  type CampaignAnalyticsEventMap,
  defineCampaignAnalytics,
} from './faces/element.js';
export type { Refusal } from './feed/refusal.js';
export type { CampaignStatus, Snapshot } from './feed/snapshot.js';
export type { State } from './feed/state.js';
