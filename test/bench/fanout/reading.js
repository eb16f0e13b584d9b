// Raw readers in a process of their own: WebSockets by hand over net, which count frames and keep the newest of each, so
// that the client costs next to nothing. Told by messages what to do; ends with its parent.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const CONNECTING = 100;
const STILL_HERE_MS = 5_000;
/** Of so many readers every frame is looked into, for its latency. */
const SAMPLED = 50;

const TEXT = 1;
const PING = 9;
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

const readers = [];
const latencies = [];
let frames = 0;

/** A client's text frame: masked, as the protocol asks, with a mask of zeros. */
function frameOf(text) {
  const data = Buffer.from(text);
  const head =
    data.length < 126
      ? Buffer.from([0x81, 0x80 | data.length])
      : Buffer.from([0x81, 0xfe, data.length >> 8, data.length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), data]);
}

/** Calls back with the payload of each whole text frame of the stream. */
function frameParser(onText, onPing) {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (rest.length < 2) return;
      const short = rest[1] & 127;
      const start = short < 126 ? 2 : 4;
      if (rest.length < start) return;
      const length = short < 126 ? short : rest.readUInt16BE(2);
      if (rest.length < start + length) return;
      if ((rest[0] & 15) === TEXT) onText(rest.subarray(start, start + length));
      if ((rest[0] & 15) === PING) onPing();
      rest = rest.subarray(start + length);
    }
  };
}

function openReader({ port, hello, subscribe, isSilent, isSampled }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const reader = { socket, last: undefined };
    let isUp = false;
    const onText = (text) => {
      if (subscribe && text.includes('connection_ack')) {
        socket.write(frameOf(subscribe));
        if (isSilent) resolve();
        return;
      }
      const isNext = !subscribe || text.includes('"next"');
      if (!isNext) return reject(new Error(text.toString()));
      frames++;
      reader.last = text;
      resolve();
      if (!isSampled) return;
      const at = /"updatedAt":"([^"]+)"/.exec(text.toString())?.[1];
      if (at) latencies.push(Date.now() - Date.parse(at));
    };
    const parse = frameParser(onText, () => socket.write(PONG));
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      if (isUp) return parse(chunk);
      const end = chunk.indexOf('\r\n\r\n');
      if (end < 0) return;
      isUp = true;
      if (hello) socket.write(frameOf(hello));
      else resolve();
      if (chunk.length > end + 4) parse(chunk.subarray(end + 4));
    });
    socket.write(
      `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n` +
        `sec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    readers.push(reader);
  });
}

const deeds = {
  async open({ count, ports, hello, query, variables, isSilent }) {
    for (let from = 0; from < count; from += CONNECTING)
      await Promise.all(
        Array.from({ length: Math.min(CONNECTING, count - from) }, (_, index) => {
          // As the clients do it: a random id of 36 characters for each operation.
          const id = crypto.randomUUID();
          const subscribe = query && JSON.stringify({ id, type: 'subscribe', payload: { query, variables } });
          const isSampled = from + index < SAMPLED;
          return openReader({
            port: ports[(from + index) % ports.length],
            hello,
            subscribe,
            isSilent,
            isSampled,
          });
        }),
      );
  },
  look: async () => ({ frames }),
  takeLatencies: async () => latencies.splice(0),
  lasts: async () => readers.map(({ last }) => last?.toString()),
  /** From now on none of them reads; they go on saying that they are there. */
  async stall() {
    for (const { socket } of readers) socket.pause();
    setInterval(() => {
      for (const { socket } of readers) socket.write(PONG);
    }, STILL_HERE_MS);
  },
  async close() {
    for (const { socket } of readers.splice(0)) socket.destroy();
  },
};

process.on('disconnect', () => process.exit());
process.on('message', ({ id, deed, given }) => {
  deeds[deed](given).then(
    (answer) => process.send({ id, answer }),
    (error) => process.send({ id, error: String(error) }),
  );
});
