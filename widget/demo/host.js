// What a host's server would write into its page: <campaign-analytics campaign-id="..." token="...">.
const response = await fetch('/demo/embed.json');
const { campaignId, token } = await response.json();

const analytics = document.createElement('campaign-analytics');
analytics.setAttribute('campaign-id', campaignId);
analytics.setAttribute('token', token);
analytics.setAttribute('theme', 'light');
document.getElementById('analytics').append(analytics);
