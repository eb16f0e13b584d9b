// Loaded into a process by the tests: lets it die by its own hand, as `kill -9` would have it, at a named point of its way.
// The server's own source knows nothing of it: statements have names, and every one goes through the query method of pg.
//
// Asked for a trace, it tells the statements of accounts' write transactions since; told a point, it dies at the n-th time it comes
// there: before a statement, when it is under way (sent, its answer not awaited), after it, or when an answer over HTTP is
// out (`answered`). A command, which nobody can ask, has its point in POINT and writes its trace to the file POINT_TRACE.
import { writeFileSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import pg from 'pg';

const NOTICE = 'select pg_notify';
const { POINT, POINT_TRACE } = process.env;
let point = POINT ? JSON.parse(POINT) : undefined;
let trace = POINT_TRACE ? [] : undefined;
const writing = new WeakSet();

const die = () => process.kill(process.pid, 'SIGKILL');

/** Its name, or the words that it begins with, in lower case. */
function labelOf(config) {
  if (typeof config?.name === 'string') return config.name;
  const text = typeof config === 'string' ? config : (config?.text ?? '');
  return (/^\s*([a-z_]+( [a-z_]+)*)/i.exec(text)?.[1] ?? '').toLowerCase();
}

/** An account's own transaction, which begins with its lock, or a migration's; not one of a duty across accounts. */
const begins = (label, config) =>
  label === 'start transaction' || (label === 'begin' && /pg_advisory_xact_lock/.test(config.text));

/** Whether this is a statement of a transaction that writes, or a notice of it. */
function isOfWriting(client, label, config) {
  if (begins(label, config)) writing.add(client);
  const is = writing.has(client) || label === NOTICE;
  if (label === 'commit' || label === 'rollback') writing.delete(client);
  return is;
}

function isThere(moment, label) {
  if (point?.moment !== moment || (label !== undefined && point.statement !== label)) return false;
  point.times--;
  return point.times === 0;
}

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (config, ...rest) {
  const label = labelOf(config);
  if (!isOfWriting(this, label, config)) return query.call(this, config, ...rest);
  trace?.push(label);
  if (isThere('before', label)) die();
  const isLast = isThere('after', label);
  const last = rest.at(-1);
  if (isLast && typeof last === 'function')
    rest[rest.length - 1] = (...results) => {
      die();
      last(...results);
    };
  const result = query.call(this, config, ...rest);
  if (isLast && typeof result?.then === 'function') result.then(die, die);
  // What it has written is with the kernel by then.
  if (isThere('under way', label)) setImmediate(die);
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
