// The processes of the fan-out benchmark beside the server: the readers, the floor and the peer.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const begun = new Set<ChildProcess>();

function begin(file: string): ChildProcess {
  const child = fork(join(import.meta.dirname, file), {
    execArgv: [],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  begun.add(child);
  return child;
}

/** Ends what is left of them. */
export function endProcesses(): void {
  for (const child of begun) child.kill();
  begun.clear();
}

export interface Opening {
  readonly count: number;
  /** Of the servers, each of which gets the same share. */
  readonly ports: readonly number[];
  /** The first message, and the operation; left out where any frame counts. */
  readonly hello?: string;
  readonly query?: string;
  readonly variables?: object;
  /** The operation sends nothing at its beginning. */
  readonly isSilent?: boolean;
}

export interface Readers {
  /** Settles when each has had its first frame, or has asked where nothing comes at once. */
  open(opening: Opening): Promise<void>;
  frames(): Promise<number>;
  /** Milliseconds since `updatedAt`, of every frame of the sampled readers since the last call. */
  takeLatencies(): Promise<number[]>;
  /** They read no more, but stay. */
  stall(): Promise<void>;
  /** Each reader's newest frame. */
  lasts(): Promise<string[]>;
  close(): Promise<void>;
}

export function startReaders(): Readers {
  const child = begin('reading.js');
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let count = 0;
  child.on('message', ({ id, answer, error }: { id: number; answer: never; error?: string }) => {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) reject?.(new Error(error));
    else resolve?.(answer);
  });
  const tell = <Answer>(deed: string, given?: object): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const id = count++;
      waiting.set(id, { resolve, reject });
      child.send({ id, deed, given });
    });
  return {
    open: (opening) => tell('open', opening),
    frames: async () => (await tell<{ frames: number }>('look')).frames,
    takeLatencies: () => tell('takeLatencies'),
    stall: () => tell('stall'),
    lasts: () => tell('lasts'),
    async close() {
      await tell('close');
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

export interface Peer {
  readonly pid: number;
  readonly port: number;
  send(message: object): void;
  close(): Promise<void>;
}

/** @param first - what it has to be told before it can serve. */
export async function startPeer(file: 'raw-server.js' | 'stock-server.js', first?: object): Promise<Peer> {
  const child = begin(file);
  if (first) child.send(first);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    pid: child.pid ?? 0,
    port,
    send: (message) => void child.send(message),
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
