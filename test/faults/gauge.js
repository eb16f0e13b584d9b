// Loaded into a server's process by the tests: tells what it holds and how long its event loop keeps others waiting.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();
const MEGABYTE = 2 ** 20;

process.on('message', (message) => {
  if (message !== 'gauge') return;
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({
    rssMb: rss / MEGABYTE,
    heapMb: heapUsed / MEGABYTE,
    handles: process.getActiveResourcesInfo().filter((each) => each !== 'Timeout' && each !== 'Immediate')
      .length,
    delayP99Ms: delays.percentile(99) / 1e6,
    delayMostMs: delays.max / 1e6,
  });
  delays.reset();
});
