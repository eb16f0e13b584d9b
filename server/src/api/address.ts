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

/** Whether it came over TLS: this server speaks none itself, so that only a proxy in front can say so. */
export function isSecure(request: IncomingMessage, proxyHops: number): boolean {
  if (proxyHops === 0) return false;
  const told = [request.headers['x-forwarded-proto'] ?? ''].flat().join(',').split(',');
  return (told.at(-proxyHops) ?? told[0])?.trim() === 'https';
}

export const isLoopbackAddress = (address: string): boolean => /^(::1$|(::ffff:)?127\.)/.test(address);
