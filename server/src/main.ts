// The process: its arguments, settings, signals and exit code. The only file that knows there is one.
import { resolve } from 'node:path';
import { account } from './commands/account.js';
import type { Command } from './commands/command.js';
import { importFiles } from './commands/import.js';
import { recount } from './commands/recount.js';
import { type Config, readConfig } from './config.js';
import { type Log, openLog } from './log.js';
import { startServer } from './server.js';
import { openStorage } from './storage.js';

const COMMANDS: Readonly<Record<string, Command>> = {
  account,
  import: importFiles,
  recount,
};
/** A shutdown that hangs is ended, so long after its drain: whatever it left is recovered by the next start. */
const STOP_WITHIN_MS = 9_000;
const PARENT_EVERY_MS = 500;

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

function readSettings(): Config {
  try {
    const config = readConfig(process.env);
    const { dataFolder, exportFolder } = config;
    return { ...config, dataFolder: resolve(dataFolder), exportFolder: resolve(exportFolder) };
  } catch (error) {
    return fail((error as Error).message);
  }
}

/** npm passes a signal on that the terminal has sent already: within this time both are one. */
const ECHO_MS = 1_000;

/** Settles when the process is told to end. Told once more, it ends at once. */
const told = new Promise<void>((resolve) => {
  let toldAtMs: number | undefined;
  const hear = (): void => {
    toldAtMs ??= performance.now();
    if (performance.now() - toldAtMs > ECHO_MS) fail('Told to end twice: ended before all was finished');
    resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  // npm itself can be killed, which tells nobody.
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && resolve(), PARENT_EVERY_MS).unref();
  }
});

function explainStart(error: unknown, config: Config): string {
  const { code, message, ...place } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  const { port = config.port, address = config.host } = place;
  const isOfMetrics = port === config.metricsPort && port !== config.port;
  const name = isOfMetrics ? 'METRICS_PORT' : 'PORT';
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${address} is taken. End what listens there, or choose another: ${name}=${port + 1} npm start`;
  if (code === 'EACCES' && port < 1_024)
    return `Port ${port} may not be opened by this user. Choose one from 1024 on: ${name}=${isOfMetrics ? 9464 : 4000} npm start`;
  if (code === 'EADDRNOTAVAIL')
    return `${isOfMetrics ? 'METRICS_HOST' : 'HOST'} ${address} is not an address of this machine`;
  return `Could not start: ${message}`;
}

async function serve(config: Config, log: Log): Promise<void> {
  const server = await startServer(config, process.pid, log).catch((error: unknown) => {
    log.debug({ reason: (error as Error).stack }, 'could not start');
    return fail(explainStart(error, config));
  });
  const links = server.demoKey
    ? `
  Campaigns    ${server.url}/
  Host page    ${server.url}/demo/host.html
  GraphQL      ${server.url}/graphql
  Demo key     ${server.demoKey}
`
    : `
  Campaigns    ${server.url}/
  GraphQL      ${server.url}/graphql
`;
  const metrics = server.metricsUrl ? `  Metrics      ${server.metricsUrl}/metrics\n` : '';
  process.stdout.write(`\nCampaign analytics is running.\n${links}${metrics}\nCtrl-C stops it.\n`);
  await told;
  setTimeout(() => fail('Could not stop in time'), config.drainMs + STOP_WITHIN_MS).unref();
  await server.stop();
}

async function execute(
  name: string,
  command: Command,
  args: string[],
  config: Config,
  log: Log,
): Promise<number> {
  let work: ReturnType<Command['parse']>;
  try {
    work = command.parse(args);
  } catch (error) {
    return fail(`npm run ${name}: ${(error as Error).message}\nUsage: ${command.usage}`);
  }
  const storage = await openStorage(config, process.pid, log).catch((error: Error) =>
    fail(`Could not open the database: ${error.message}`),
  );
  const interruption = new AbortController();
  told.then(() => interruption.abort());
  try {
    return await work({
      config,
      storage,
      log,
      out: process.stdout,
      err: process.stderr,
      folder: process.env.INIT_CWD ?? process.cwd(),
      signal: interruption.signal,
    });
  } catch (error) {
    log.debug({ reason: (error as Error).stack }, 'the command failed');
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  } finally {
    await storage.close();
  }
}

const [, , task = 'start', ...args] = process.argv;
const config = readSettings();
const log = openLog(config.logLevel);
process.on('uncaughtException', (error) => {
  log.fatal({ reason: error.stack }, 'a fault that nothing caught');
  process.exit(1);
});
if (task === 'start') {
  await serve(config, log);
  process.exit(0);
}
const command = COMMANDS[task];
if (!command) fail(`Expected start, ${Object.keys(COMMANDS).join(' or ')}, got ${task}`);
else process.exit(await execute(task, command, args, config, log));
