// Programs that a task runs. Exit codes and output go out; a signal to us ends them too, their own children included.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const HAS_GROUPS = process.platform !== 'win32';
const running = new Set();
/** A child that ignores its signal is not waited for any longer than this. */
const END_MS = 5_000;
/** A signal came while nothing was in the foreground: no child begins or reports any more. */
let isEnding = false;

const codeOf = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0);

function forward(signal) {
  const children = [...running];
  for (const child of children) {
    const hasHeardIt = child.isForeground && signal === 'SIGINT' && process.stdin.isTTY;
    if (!hasHeardIt) child.end(signal);
  }
  // What runs in the foreground decides by itself how it ends, and its code is ours.
  if (children.some((child) => child.isForeground)) return;
  isEnding = true;
  const leave = () => process.exit(codeOf(null, signal));
  setTimeout(leave, END_MS).unref();
  Promise.all(children.map((child) => child.ended)).then(leave);
}

for (const signal of SIGNALS) process.on(signal, forward);

/** From here on signals are somebody else's. */
export function stopListening() {
  for (const signal of SIGNALS) process.off(signal, forward);
}

function track(process_, isForeground, settle) {
  const hasGroup = HAS_GROUPS && !isForeground;
  const child = {
    isForeground,
    end(signal) {
      try {
        if (hasGroup) process.kill(-process_.pid, signal);
        else process_.kill(signal);
      } catch {
        // It has ended already.
      }
    },
  };
  child.ended = new Promise((done) => {
    const finish = (code, problem) => {
      running.delete(child);
      if (!isEnding) settle(code, problem);
      done();
    };
    process_.once('error', (error) => finish(127, error.message));
    process_.once('close', (code, signal) => finish(codeOf(code, signal)));
  });
  running.add(child);
}

/** Runs a program whose output matters only when it fails. Settles with its exit code and all of its output. */
export const runQuietly = (command, { args = [], ...options }) =>
  new Promise((settle) => {
    if (isEnding) return;
    const stdio = ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { ...options, stdio, detached: HAS_GROUPS, windowsHide: true });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    track(child, false, (code, problem = '') =>
      settle({ code, output: `${Buffer.concat(chunks).toString().trimEnd()}${problem}` }),
    );
  });

/** Runs a program on our terminal; settles with its exit code. */
export const runInForeground = (command, args, options) =>
  new Promise((settle) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' });
    track(child, true, (code, problem) => {
      if (problem) console.error(problem);
      settle(code);
    });
  });
