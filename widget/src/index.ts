export type { Theme } from './boxes/eight-boxes.js';
export { CampaignAnalytics, type CampaignAnalyticsProps, useCampaignAnalytics } from './faces/react.js';
export type { CampaignStatus, Snapshot } from './feed/snapshot.js';
export type { State } from './feed/state.js';
