export type { Theme } from './boxes/board.js';
export type { OnBoxClick } from './boxes/box.js';
export type { BoxName } from './boxes/boxes.js';
export type { Messages } from './boxes/messages.js';
export {
  AnalyticsBox,
  AnalyticsStatus,
  type BoxOptions,
  CampaignAnalytics,
  CampaignAnalyticsProvider,
  type CampaignAnalyticsProviderProps,
} from './faces/react.js';
export { type Analytics, useCampaignAnalytics } from './faces/use-campaign-analytics.js';
export type { CampaignStatus, Snapshot } from './feed/snapshot.js';
export type { State } from './feed/state.js';
