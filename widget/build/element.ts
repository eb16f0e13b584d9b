import { defineConfig } from 'vite';
import { operation } from './operation.js';
import { onPreact } from './preact.js';
import { size } from './size.js';

/** The element for bundlers: its renderer inside, graphql-ws left to the host's package manager. */
export default defineConfig({
  ...onPreact,
  plugins: [operation(), size(18_000)],
  build: {
    outDir: 'dist/element',
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    reportCompressedSize: false,
    lib: { entry: 'src/element.ts', formats: ['es'], fileName: () => 'index.js' },
    rolldownOptions: { external: /^graphql-ws/ },
  },
});
