import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The same copy of graphql as Node gives to the server.
  resolve: {
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql/index.js')) }],
  },
  test: {
    include: ['**/*.test.ts'],
    globalSetup: ['harness/logs.ts', 'harness/postgres.ts'],
    // The server runs as it was built: Node loads it, so that there is one copy of graphql.
    server: { deps: { external: [/\/(server|schema)\/dist\//] } },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    reporters: ['default'],
  },
});
