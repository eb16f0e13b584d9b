// The script face: one tag brings the element, which talks to the server that the script came from. A module, because
// only `import.meta.url` names that server however the page came by the script, dynamic import() included.
import { CampaignAnalyticsElement, defineCampaignAnalytics } from './element.js';

CampaignAnalyticsElement.defaultEndpoint = new URL(import.meta.url).origin;
defineCampaignAnalytics();
