// The bad ways that the fault programme puts between processes are as bad as they say, and good again when they are healed.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Link, openLink } from './faults/link.ts';
import { eventually } from './harness/deadline.ts';

/** Says everything back. */
let echo: Server;
let link: Link;
const sockets: Socket[] = [];
beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  link = await openLink();
  link.aim((echo.address() as AddressInfo).port);
});
afterEach(async () => {
  for (const each of sockets.splice(0)) each.destroy();
  await link.close();
  echo.close();
});

interface Line {
  say(text: string): void;
  readonly heard: { text: string; chunks: number; isEnded: boolean };
  hears(text: string): Promise<unknown>;
  ends(): Promise<unknown>;
}

function call(): Line {
  const socket = connect(link.port, '127.0.0.1');
  sockets.push(socket);
  const heard = { text: '', chunks: 0, isEnded: false };
  socket.setEncoding('utf8').on('data', (data: unknown) => {
    heard.text += String(data);
    heard.chunks++;
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    heard.isEnded = true;
  });
  return {
    say: (text) => socket.write(text),
    heard,
    hears: (text) =>
      eventually(
        async () => heard.text,
        (found) => found === text,
      ),
    ends: () =>
      eventually(
        async () => heard.isEnded,
        (isEnded) => isEnded,
      ),
  };
}

const WORDS = 'some words';

async function establish(): Promise<Line> {
  const line = call();
  line.say(WORDS);
  await line.hears(WORDS);
  return line;
}

test('nothing is wrong with it of itself', async () => {
  const long = 'x'.repeat(1_000_000);
  const line = call();
  line.say(long);
  await line.hears(long);
});

test('latency comes twice on the way there and back', async () => {
  const line = await establish();
  link.trouble({ kind: 'latency', ms: 60 });
  const startedMs = performance.now();
  line.say('!');
  await line.hears(`${WORDS}!`);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(118);
});

test('a throttle lets so many bytes pass in a second, until it is healed', async () => {
  link.trouble({ kind: 'throttle', bytesPerSecond: 1_000 });
  const line = call();
  const startedMs = performance.now();
  line.say('x'.repeat(200));
  await line.hears('x'.repeat(200));
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(180);
  line.say('y'.repeat(100_000));
  link.heal();
  await line.hears(`${'x'.repeat(200)}${'y'.repeat(100_000)}`);
});

test('slices are bytes that travel alone', async () => {
  const line = await establish();
  link.trouble({ kind: 'slices' });
  line.say('a'.repeat(200));
  await line.hears(`${WORDS}${'a'.repeat(200)}`);
  expect(line.heard.chunks).toBeGreaterThan(20);
});

test.each(['blackhole', 'one-way'] as const)(
  'what falls into a %s is delivered when it ends well, and the connection with it reset when it does not',
  async (kind) => {
    for (const end of ['delivered', 'reset'] as const) {
      const [line, quiet] = [await establish(), await establish()];
      link.trouble(kind === 'blackhole' ? { kind, end } : { kind, end, direction: 'down' });
      const late = call();
      line.say('?');
      late.say('late');
      // Ways around it are there and back meanwhile.
      for (let round = 0; round < 5; round++) {
        const around = connect((echo.address() as AddressInfo).port, '127.0.0.1');
        around.write('p');
        await once(around, 'data');
        around.destroy();
      }
      expect([line.heard.text, late.heard.text]).toEqual([WORDS, '']);
      link.heal();
      if (end === 'delivered') {
        await line.hears(`${WORDS}?`);
        await late.hears('late');
      } else await line.ends();
      quiet.say('!');
      await quiet.hears(`${WORDS}!`);
    }
  },
);

test('a reset ends all connections, and each new one until it is healed', async () => {
  const line = await establish();
  link.trouble({ kind: 'reset' });
  await line.ends();
  await call().ends();
  link.heal();
  await establish();
});

test('a cut lets so many bytes come back, and no more', async () => {
  const line = await establish();
  link.trouble({ kind: 'cut', bytes: 3 });
  line.say('abcdef');
  await line.ends();
  expect(line.heard.text).toBe(`${WORDS}abc`);
});

test('what it is aimed at may go and come again', async () => {
  const { port } = echo.address() as AddressInfo;
  link.aim(undefined);
  await call().ends();
  link.aim(port);
  await establish();
});
