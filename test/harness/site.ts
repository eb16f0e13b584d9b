// A foreign web site: some other origin's pages and scripts, over real HTTP.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';

export interface Site {
  readonly origin: string;
  /** Puts a file there, served with these headers too. @returns its address. */
  put(path: string, text: string, headers?: Record<string, string>): string;
}

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** A site for this test file. */
export function useSite(): Site {
  const files = new Map<string, { text: string; headers: Record<string, string> }>();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    const type = TYPES[request.url?.split('.').at(-1) ?? ''] ?? 'text/plain';
    response
      .writeHead(file ? 200 : 404, { 'content-type': `${type}; charset=utf-8`, ...file?.headers })
      .end(file?.text);
  });
  let origin = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    get origin() {
      return origin;
    },
    put(path, text, headers = {}) {
      files.set(path, { text, headers });
      return `${origin}${path}`;
    },
  };
}
