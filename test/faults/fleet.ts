// Server processes of a run on one database, each with a bad way in front of it and one behind it, and a supervisor that starts
// them again as a service manager would.
import { setTimeout as delay } from 'node:timers/promises';
import { type ServerProcess, startProcess } from '../harness/process.ts';
import { type Link, openLink } from './link.ts';

export interface Member {
  readonly name: string;
  /** Its address as clients know it, which stays. */
  readonly url: string;
  /** From clients to it. */
  readonly front: Link;
  /** From it to its database. */
  readonly back: Link;
  /** The process that runs or ran last. */
  readonly process: ServerProcess;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Tells it to end. @returns its exit code. */
  stop(): Promise<number | null>;
  /** Starts it again and again until it serves. */
  start(): Promise<void>;
}

export interface Fleet {
  readonly members: readonly Member[];
  /** All that was logged, by those that have ended as well. */
  log(): string;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly databaseUrl: string;
  readonly count: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** Loaded into each process. */
  readonly modules?: readonly string[];
  /** Of another release. */
  readonly main?: string | undefined;
}

/** Longer than it takes when nothing is wrong, whatever else the machine does. */
const MOST_STARTS = 20;
const START_AGAIN_MS = 200;

export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { databaseUrl, count, settings, modules, main } = options;
  const logs: string[] = [];

  async function openMember(name: string): Promise<Member> {
    const [front, back] = [await openLink(), await openLink()];
    back.aim(Number(new URL(databaseUrl).port));
    const behind = new URL(databaseUrl);
    behind.port = String(back.port);
    let process: ServerProcess | undefined;
    let isUp = false;
    const member: Member = {
      name,
      url: `http://127.0.0.1:${front.port}`,
      front,
      back,
      get process() {
        if (!process) throw new Error(`Expected ${name} to be started`);
        return process;
      },
      async kill() {
        isUp = false;
        front.aim(undefined);
        await process?.stop('SIGKILL');
      },
      pause: () => process?.signal('SIGSTOP'),
      resume: () => process?.signal('SIGCONT'),
      async stop() {
        isUp = false;
        const code = (await process?.stop('SIGTERM')) ?? null;
        front.aim(undefined);
        return code;
      },
      async start() {
        if (isUp) return;
        if (process) logs.push(process.log());
        for (let tries = 1; ; tries++)
          try {
            process = await startProcess(behind.href, { POOL_SIZE: '6', ...settings }, modules, main);
            break;
          } catch (error) {
            if (tries === MOST_STARTS) throw error;
            await delay(START_AGAIN_MS);
          }
        isUp = true;
        front.aim(Number(new URL(process.url).port));
      },
    };
    return member;
  }

  const members: Member[] = [];
  for (let index = 0; index < count; index++) members.push(await openMember(`server ${index + 1}`));
  await members[0]?.start();
  await Promise.all(members.map((each) => each.start()));

  return {
    members,
    log: () => [...logs, ...members.map((each) => each.process.log())].join(''),
    async close() {
      for (const each of members) {
        each.resume();
        each.back.heal();
        await each.kill();
        await each.front.close();
        await each.back.close();
      }
    },
  };
}
