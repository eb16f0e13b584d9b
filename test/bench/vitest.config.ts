import { join } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import tests from '../vitest.config.ts';

/** The benchmarks: on the tests' harness, one after the other, their tables straight to the terminal. */
export default mergeConfig(
  { ...tests, test: { ...tests.test, include: [], globalSetup: [] } },
  defineConfig({
    root: join(import.meta.dirname, '..'),
    test: {
      include: ['bench/**/*.bench.ts'],
      globalSetup: ['harness/postgres.ts'],
      fileParallelism: false,
      disableConsoleIntercept: true,
      testTimeout: 1_800_000,
      hookTimeout: 120_000,
    },
  }),
);
