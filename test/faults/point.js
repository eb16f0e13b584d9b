// Loaded into a process by the tests: lets it die by its own hand, as `kill -9` would have it, at a named point of its way.
// The server's own source knows nothing of it: statements have names, and every one goes through the query method of pg.
//
// Asked for a trace, it tells the statements of write transactions since, those of jobs as such; told a point, it dies at the n-th time it comes
// there: before a statement, when it is under way (sent, its answer not awaited), after it, or when an answer over HTTP is
// out (`answered`). A command, which nobody can ask, has its point in POINT and writes its trace to the file POINT_TRACE.
import { writeFileSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import pg from 'pg';

const NOTICE = 'select pg_notify';
const { POINT, POINT_TRACE } = process.env;
let point = POINT ? JSON.parse(POINT) : undefined;
let trace = POINT_TRACE ? [] : undefined;
/** By connection, the prefix of the transaction under way. */
const writing = new WeakMap();

const die = () => process.kill(process.pid, 'SIGKILL');

/** Its name, or the words that it begins with, in lower case. */
function labelOf(config) {
  if (typeof config?.name === 'string') return config.name;
  const text = typeof config === 'string' ? config : (config?.text ?? '');
  return (/^\s*([a-z_]+( [a-z_]+)*)/i.exec(text)?.[1] ?? '').toLowerCase();
}

/** What its statements are called by, before their own names; undefined where they are of no concern. */
function prefixOf(label, config) {
  if (label === 'start transaction') return '';
  if (label !== 'begin') return undefined;
  // An account's own transaction begins with its lock.
  if (/pg_advisory_xact_lock/.test(config.text)) return '';
  return /app\.duty = 'jobs'/.test(config.text ?? config) ? 'jobs: ' : undefined;
}

/** The name of a statement of a transaction that writes, or of a notice; undefined for all others. */
function nameOf(client, config) {
  const label = labelOf(config);
  if (label === NOTICE) return label;
  const prefix = prefixOf(label, config) ?? writing.get(client);
  if (prefix === undefined) return undefined;
  if (label === 'commit' || label === 'rollback') writing.delete(client);
  else writing.set(client, prefix);
  return prefix + label;
}

function isThere(moment, name) {
  if (point?.moment !== moment || (name !== undefined && point.statement !== name)) return false;
  point.times--;
  return point.times === 0;
}

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (config, ...rest) {
  const name = nameOf(this, config);
  if (name === undefined) return query.call(this, config, ...rest);
  trace?.push(name);
  if (isThere('before', name)) die();
  const isLast = isThere('after', name);
  const last = rest.at(-1);
  if (isLast && typeof last === 'function')
    rest[rest.length - 1] = (...results) => {
      die();
      last(...results);
    };
  const result = query.call(this, config, ...rest);
  if (isLast && typeof result?.then === 'function') result.then(die, die);
  // What it has written is with the kernel by then.
  if (isThere('under way', name)) setImmediate(die);
  return result;
};

const { end } = ServerResponse.prototype;
ServerResponse.prototype.end = function (...args) {
  if (this.req?.method === 'POST' && isThere('answered')) this.once('finish', die);
  return end.apply(this, args);
};

process.on('message', (message) => {
  if (message?.point) {
    point = message.point;
    process.send('armed');
  }
  if (message === 'trace') {
    process.send(trace ?? []);
    trace = [];
  }
});
process.on('exit', () => {
  if (POINT_TRACE) writeFileSync(POINT_TRACE, JSON.stringify(trace));
});
