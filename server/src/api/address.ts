// Where a request comes from: the other end of its connection, or what the proxies in front say of it.
import type { IncomingMessage } from 'node:http';

/**
 * @param proxyHops - proxies in front. What a client itself writes into `X-Forwarded-For` stands before theirs and is not
 *   looked at.
 */
export function addressOf(request: IncomingMessage, proxyHops: number): string {
  const direct = request.socket.remoteAddress ?? '';
  if (proxyHops === 0) return direct;
  const forwarded = [request.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',');
  return forwarded.at(-proxyHops)?.trim() || direct;
}

export const isLoopbackAddress = (address: string): boolean => /^(::1$|(::ffff:)?127\.)/.test(address);
