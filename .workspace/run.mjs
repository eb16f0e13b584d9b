// A task and its arguments come in from the root's npm scripts. A machine with nothing but Node and npm is enough: packages
// are installed and built when they changed, then the task runs, and its exit code is ours.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const version = (text) => text.match(/\d+/g).map(Number);
const [wanted, actual] = [version(engines.node), version(process.versions.node)];

if (actual[0] < wanted[0] || (actual[0] === wanted[0] && actual[1] < wanted[1])) {
  console.error(
    `Expected Node ${engines.node}, got ${process.versions.node}: install a newer one (https://nodejs.org) and try again.`,
  );
  process.exitCode = 1;
} else {
  // Only now, as an older Node may not even be able to read the rest.
  import('./tasks.mjs').then(({ runTask }) => runTask(process.argv[2], process.argv.slice(3)));
}
