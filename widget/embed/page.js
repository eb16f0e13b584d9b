// The page for an iframe: the campaign is in its path, the token and what else the element takes in its query. Its parent is
// told the height that it needs, and what took the numbers away; neither is a secret.
const { pathname, searchParams } = new URL(location.href);

const analytics = document.createElement('campaign-analytics');
analytics.setAttribute('campaign-id', decodeURIComponent(pathname.split('/').at(-1)));
for (const name of ['token', 'theme', 'lang'])
  if (searchParams.has(name)) analytics.setAttribute(name, searchParams.get(name));
document.documentElement.dataset.theme = searchParams.get('theme') ?? '';

const tell = (type, what) => parent.postMessage({ type: `campaign-analytics:${type}`, ...what }, '*');
analytics.addEventListener('error', ({ detail: { code } }) => tell('error', { code }));
new ResizeObserver(() =>
  tell('height', { height: Math.ceil(analytics.getBoundingClientRect().height) }),
).observe(analytics);
document.body.append(analytics);
