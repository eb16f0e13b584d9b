/**
 * The WebSocket address of a GraphQL endpoint, or null where `endpoint` is no http(s) URL. A bare origin means its
 * `/graphql`.
 * @param base what a relative endpoint is relative to
 */
export function socketUrl(endpoint: string, base: string): string | null {
  if (!URL.canParse(endpoint, base)) return null;
  const url = new URL(endpoint, base);
  if (!/^https?:$/.test(url.protocol)) return null;
  url.protocol = url.protocol.replace('http', 'ws');
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}
