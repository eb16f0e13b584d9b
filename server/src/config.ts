// Every setting in one table: its variable, default and reason. The README's table is made from it.
import { join } from 'node:path';
import { LIMIT_SETTINGS } from './limits.js';
import { choice, integer, optional, optionalInteger, type Setting, text, Unreadable } from './setting.js';

type Environment = Readonly<Record<string, string | undefined>>;

export const SETTINGS = {
  port: integer('PORT', 4000, 0, 65_535, 'Port of HTTP and WebSockets; 0 takes a free one.'),
  host: text('HOST', '127.0.0.1', 'Address to listen on. Behind a proxy or in a container: `0.0.0.0`.'),
  databaseUrl: optional(
    'DATABASE_URL',
    'A PostgreSQL from 15 on, `postgres://user:password@host:5432/name`. Left out, an embedded one is started.',
    (value) => {
      if (!/^postgres(ql)?:\/\/.+/.test(value)) return 'expected postgres://user:password@host:port/name';
      return undefined;
    },
  ),
  nodeEnv: choice(
    'NODE_ENV',
    'development',
    ['development', 'production', 'test'],
    '`production` turns off the demo, automatic sign-in and introspection.',
  ),
  dataFolder: text('DATA_FOLDER', '.data', 'Where the embedded PostgreSQL keeps its data.'),
  exportFolder: optional(
    'EXPORT_FOLDER',
    'Where the files of exports are kept; all processes on one database share it. Left out: `exports` within `DATA_FOLDER`.',
  ),
  demo: choice(
    'DEMO',
    'on',
    ['on', 'off'],
    'Demo account, demo sender and automatic sign-in; only ever with the embedded database, on loopback, outside production.',
  ),
  bootstrapApiKey: optional(
    'BOOTSTRAP_API_KEY',
    'On a database without accounts: the API key of a first account named `Default`. At least 32 characters.',
    (value) =>
      /^[\x21-\x7e]{32,}$/.test(value) ? undefined : 'expected at least 32 visible ASCII characters',
  ),
  logLevel: choice(
    'LOG_LEVEL',
    'info',
    ['debug', 'info', 'warn', 'error', 'silent'],
    'Lowest level that is logged.',
  ),
  poolSize: integer('POOL_SIZE', 10, 2, 1_000, 'Most connections to PostgreSQL from this process.'),
  batchItems: integer('BATCH_ITEMS', 1_000, 1, 10_000, 'Most items that one transaction records.'),
  queueItems: integer(
    'QUEUE_ITEMS',
    50_000,
    1_000,
    10_000_000,
    'Most items that wait to be recorded; beyond it callers get `OVERLOADED`.',
  ),
  queueBytes: integer(
    'QUEUE_BYTES',
    64_000_000,
    8_000_000,
    10_000_000_000,
    'Most bytes that wait to be recorded, about; beyond it callers get `OVERLOADED`.',
  ),
  noticeWindowMs: integer(
    'NOTICE_WINDOW_MS',
    20,
    1,
    1_000,
    'Other processes hear of moved campaigns at most once per window, in milliseconds.',
  ),
  foldMs: integer(
    'FOLD_MS',
    1_000,
    10,
    3_600_000,
    'The numbers around the boxes (charts, senders, deliveries, usage) follow what was recorded so much later, in milliseconds.',
  ),
  pollMs: integer(
    'POLL_MS',
    500,
    100,
    60_000,
    'Watched campaigns are read again this often, in milliseconds: the net under lost notices.',
  ),
  stalledMs: integer(
    'STALLED_MS',
    10_000,
    100,
    600_000,
    'A socket that takes nothing for so long, in milliseconds, while an update waits for it is ended.',
  ),
  metricsPort: optionalInteger(
    'METRICS_PORT',
    0,
    65_535,
    'Port of `/metrics`, apart from the public one; 0 takes a free one. Left out, there are none: they are the operator’s, and two servers of one machine need two ports.',
  ),
  metricsHost: text(
    'METRICS_HOST',
    '127.0.0.1',
    'Address of `/metrics`, which asks for no credential: one that only Prometheus reaches.',
  ),
  drainMs: integer(
    'DRAIN_MS',
    0,
    0,
    300_000,
    'After SIGTERM `/readyz` answers 503 and all else goes on for so long, in milliseconds: as long as a load balancer takes to notice.',
  ),
  upgradeWithinMs: integer(
    'UPGRADE_WITHIN_MS',
    600_000,
    0,
    86_400_000,
    'A server of an older version stays ready for so long, in milliseconds, after a newer one has migrated the database.',
  ),
  sessionMs: integer(
    'SESSION_MS',
    604_800_000,
    60_000,
    2_073_600_000,
    'Who signs in to the console is asked again after so long, in milliseconds.',
  ),
  ...LIMIT_SETTINGS,
  jobsAtOnce: integer(
    'JOBS_AT_ONCE',
    2,
    0,
    100,
    'Most jobs, such as exports, that this process works on at a time.',
  ),
  jobKeptMs: integer(
    'JOB_KEPT_MS',
    86_400_000,
    100,
    2_592_000_000,
    'Jobs that are over are removed with their files after this time, in milliseconds.',
  ),
  jobPollMs: integer(
    'JOB_POLL_MS',
    2_000,
    100,
    60_000,
    'Jobs that were asked for elsewhere, or whose process died, are looked for this often, in milliseconds.',
  ),
  retentionEveryMs: integer(
    'RETENTION_EVERY_MS',
    21_600_000,
    100,
    86_400_000,
    'Bodies that an account keeps for a limited time are looked for this often, in milliseconds.',
  ),
} as const;

type Values = { [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]['fallback'] };

/** All settings, and what follows from them. */
export interface Config extends Omit<Values, 'exportFolder'> {
  readonly isProduction: boolean;
  readonly exportFolder: string;
  /** The demo exists: embedded database, loopback, not production, not switched off. */
  readonly hasDemo: boolean;
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\./.test(host);

/**
 * Reads every setting from an environment. An empty variable counts as left out.
 *
 * @throws Error naming all faulty settings at once; a value is never repeated.
 */
export function readConfig(environment: Environment): Config {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const given = environment[setting.env];
    try {
      values[name] = given === undefined || given === '' ? setting.fallback : setting.read(given);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      faults.push(`${setting.env}: ${error.message}`);
    }
  }
  if (faults.length > 0) throw new Error(`Faulty settings:\n  ${faults.join('\n  ')}`);
  const settings = values as unknown as Values;
  const isProduction = settings.nodeEnv === 'production';
  return {
    ...settings,
    isProduction,
    exportFolder: settings.exportFolder ?? join(settings.dataFolder, 'exports'),
    hasDemo: settings.demo === 'on' && !settings.databaseUrl && isLoopback(settings.host) && !isProduction,
  };
}

/** The settings as a Markdown table: the README's. */
export const settingsTable = (): string =>
  Object.values<Setting<unknown>>(SETTINGS)
    .map(
      ({ env, fallback, reason }) =>
        `| \`${env}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${reason} |`,
    )
    .join('\n');
