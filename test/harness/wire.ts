// HTTP and WebSockets byte by byte, for what no client would send.
import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import { deferred, within } from './deadline.ts';

/** A connection to a server, and all that came of it. */
export interface Wire {
  readonly socket: Socket;
  /** What has come so far. */
  received(): Buffer;
  /** Settles with all that came when what came is as expected, or the server has ended the connection. */
  until(is: (received: Buffer) => boolean): Promise<Buffer>;
}

export async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  let received = Buffer.alloc(0);
  let isEnded = false;
  const looks = new Set<() => void>();
  const look = (): void => {
    for (const each of looks) each();
  };
  const opened = deferred<void>();
  socket.once('connect', () => opened.resolve());
  // A server that has seen enough may reset the connection while more is being sent.
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    look();
  });
  socket.on('close', () => {
    isEnded = true;
    look();
  });
  await within(opened.promise, 'the connection to open');
  return {
    socket,
    received: () => received,
    async until(is) {
      const found = deferred<Buffer>();
      const check = (): void => {
        if (isEnded || is(received)) found.resolve(received);
      };
      looks.add(check);
      check();
      return within(found.promise, 'an answer or an end').finally(() => looks.delete(check));
    },
  };
}

/** The status of an HTTP answer; 0 where the connection ended without one. */
export const statusOf = (received: Buffer): number =>
  Number(/^HTTP\/1\.1 (\d{3})/.exec(received.toString('latin1'))?.[1] ?? 0);

/** Sends bytes and settles with the status that they got. */
export async function sendBytes(url: string, ...parts: readonly (string | Buffer)[]): Promise<number> {
  const wire = await openWire(url);
  for (const part of parts) wire.socket.write(part);
  const status = statusOf(await wire.until((received) => received.includes('\r\n\r\n')));
  wire.socket.destroy();
  return status;
}

const MASK = Buffer.from([1, 2, 3, 4]);

export interface Frame {
  readonly opcode: number;
  readonly payload?: Buffer | string;
  /** The last of its message, as it is when left out. */
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  readonly reserved?: number;
  /** The length that its header tells, in the place of the payload's. */
  readonly length?: bigint;
}

/** A frame of RFC 6455, right or wrong. */
export function frame({ opcode, payload = '', isFinal = true, isMasked = true, ...more }: Frame): Buffer {
  const body = Buffer.from(payload);
  const length = more.length ?? BigInt(body.length);
  const first = (isFinal ? 0x80 : 0) | ((more.reserved ?? 0) << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  let head: Buffer;
  if (length < 126n) head = Buffer.from([first, mask | Number(length)]);
  else if (length < 65_536n)
    head = Buffer.from([first, mask | 126, Number(length >> 8n), Number(length & 255n)]);
  else {
    head = Buffer.alloc(10);
    head[0] = first;
    head[1] = mask | 127;
    head.writeBigUInt64BE(length, 2);
  }
  if (!isMasked) return Buffer.concat([head, body]);
  return Buffer.concat([head, MASK, body.map((byte, index) => byte ^ (MASK[index % 4] ?? 0))]);
}

/** The request that opens a WebSocket; `headers` take the place of its own. */
export function upgrade(
  url: string,
  headers: Record<string, string> = {},
  line = 'GET /graphql HTTP/1.1',
): string {
  const all: Record<string, string> = {
    Host: new URL(url).host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': 'graphql-transport-ws',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

/** The code of the close frame among a server's frames; undefined where there is none. */
export function closeCodeIn(received: Buffer): number | undefined {
  let at = received.indexOf('\r\n\r\n') + 4;
  while (at + 2 <= received.length) {
    const short = received.readUInt8(at + 1);
    const [header, length] =
      short < 126 ? [2, short] : [4, received.length >= at + 4 ? received.readUInt16BE(at + 2) : 0];
    if ((received.readUInt8(at) & 15) === 8 && received.length >= at + header + 2)
      return received.readUInt16BE(at + header);
    at += header + length;
  }
  return undefined;
}

/** Opens a WebSocket, sends frames, and settles with the code that the server closes it with. */
export async function closeAfter(
  url: string,
  frames: readonly Buffer[],
  headers?: Record<string, string>,
): Promise<number | undefined> {
  const wire = await openWire(url);
  wire.socket.write(upgrade(url, headers));
  await wire.until((received) => received.includes('\r\n\r\n'));
  for (const each of frames) wire.socket.write(each);
  const received = await wire.until((each) => closeCodeIn(each) !== undefined);
  wire.socket.destroy();
  return closeCodeIn(received);
}
