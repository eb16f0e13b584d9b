import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    globalSetup: ['harness/postgres.ts'],
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
