// The faults that a schedule draws: each begins at once and is lifted later. What it needs is the run; what it does is told by
// its name.
import { Client } from 'pg';
import { type Place, USER_OF_SERVERS } from './accounts.ts';
import type { Fleet, Member } from './fleet.ts';
import type { Instance } from './instance.ts';
import type { Trouble } from './link.ts';

export interface Run {
  readonly instance: Instance;
  readonly place: Place;
  readonly fleet: Fleet;
  readonly campaignIds: readonly string[];
  /** From 0 to below 1, the same from the same seed. */
  readonly random: () => number;
  violate(sentence: string): void;
}

export interface Fault {
  readonly kind: string;
  /** Where: of faults at once, no two are at the same place. */
  readonly place: 'process' | 'network' | 'database' | 'clock' | 'disk';
  /** @returns what lifts it, which settles when it is lifted altogether. */
  begin(run: Run): Promise<() => Promise<unknown>>;
}

const nothing = async (): Promise<void> => undefined;

function pick<Item>(run: Run, items: readonly Item[]): Item {
  return items[Math.floor(run.random() * items.length)] as Item;
}

const between = (run: Run, least: number, most: number): number =>
  Math.round(least + run.random() * (most - least));

const onMember = (
  kind: string,
  begin: (member: Member, run: Run) => Promise<() => Promise<unknown>>,
): Fault => ({
  kind,
  place: 'process',
  begin: (run) => begin(pick(run, run.fleet.members), run),
});

const onLink = (kind: string, make: (run: Run) => Trouble): Fault => ({
  kind,
  place: 'network',
  async begin(run) {
    const member = pick(run, run.fleet.members);
    const link = pick(run, [member.front, member.back]);
    link.trouble(make(run));
    return async () => link.heal();
  },
});

const onDatabase = (kind: string, begin: Fault['begin']): Fault => ({ kind, place: 'database', begin });

/** Cuts some of the servers' sessions, or all. */
async function terminateBackends({ instance, place }: Run, chance: number): Promise<void> {
  await instance.ask(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = $1 and usename = $2 and random() < $3`,
    [place.name, USER_OF_SERVERS, chance],
  );
}

const endOf = (run: Run): 'delivered' | 'reset' => pick(run, ['delivered', 'reset'] as const);

export const FAULTS: readonly Fault[] = [
  onMember('kill -9', async (member) => {
    await member.kill();
    return () => member.start();
  }),
  onMember('pause', async (member) => {
    member.pause();
    return async () => member.resume();
  }),
  onMember('restart', async (member, run) => {
    const stopping = member.stop();
    return async () => {
      const code = await stopping;
      // One that cannot finish in time says so; it is not ended by a fault.
      if (code === null) run.violate('a server that was told to stop: expected an exit code, got a signal');
      await member.start();
    };
  }),
  onDatabase('database falls', async ({ instance }) => {
    await instance.fall();
    return () => instance.rise();
  }),
  onDatabase('backends terminated', async (run) => {
    await terminateBackends(run, run.random());
    return nothing;
  }),
  onDatabase('read-only database', async ({ instance }) => {
    await instance.ask('alter system set default_transaction_read_only = on');
    await instance.ask('select pg_reload_conf()');
    return async () => {
      await instance.ask('alter system reset default_transaction_read_only');
      await instance.ask('select pg_reload_conf()');
    };
  }),
  onDatabase('connections exhausted', async (run) => {
    await run.instance.ask(`alter role ${USER_OF_SERVERS} connection limit 1`);
    await terminateBackends(run, 0.7);
    return () => run.instance.ask(`alter role ${USER_OF_SERVERS} connection limit -1`);
  }),
  onDatabase('campaign held', async (run) => {
    const client = new Client({ connectionString: run.place.adminUrl });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`begin; set local deadlock_timeout = '1h'`);
    const held = pick(run, run.campaignIds);
    await client.query('select from campaign_analytics where campaign_id = $1 for update', [held]);
    return () => client.end();
  }),
  onLink('latency', (run) => ({ kind: 'latency', ms: between(run, 20, 300) })),
  onLink('throttle', (run) => ({ kind: 'throttle', bytesPerSecond: between(run, 5_000, 200_000) })),
  onLink('one-byte slices', () => ({ kind: 'slices' })),
  onLink('blackhole', (run) => ({ kind: 'blackhole', end: endOf(run) })),
  onLink('one direction dropped', (run) => ({
    kind: 'one-way',
    direction: pick(run, ['up', 'down'] as const),
    end: endOf(run),
  })),
  onLink('resets', () => ({ kind: 'reset' })),
  onLink('cut after bytes', (run) => ({ kind: 'cut', bytes: between(run, 1, 4_000) })),
];

/** Those that end no process. */
export const MILD_FAULTS: readonly Fault[] = FAULTS.filter(({ kind }) =>
  /^(pause|backends terminated|campaign held|latency|throttle|one-byte slices|resets|cut after bytes)$/.test(
    kind,
  ),
);

/** The server processes' clocks, by a module that the test loads into them (`clock.js`); the database's is left alone. */
export const CLOCK_SHIFT: Fault = {
  kind: 'clock shift',
  place: 'clock',
  async begin(run) {
    const member = pick(run, run.fleet.members);
    const ms = between(run, -288_000, 288_000);
    await member.process.ask({ clock: ms }).catch(() => undefined);
    return () => member.process.ask({ clock: 0 }).catch(() => undefined);
  },
};

/** One to three of them at once, at different places. */
export function drawFaults(run: Run, from: readonly Fault[]): Fault[] {
  const count = pick(run, [1, 1, 1, 2, 2, 3]);
  const drawn: Fault[] = [];
  while (drawn.length < count) {
    const free = from.filter(({ place }) => !drawn.some((other) => other.place === place));
    drawn.push(pick(run, free));
  }
  return drawn;
}
