import { defineConfig } from 'vite';
import { manifest } from './manifest.js';
import { operation } from './operation.js';
import { onPreact } from './preact.js';
import { size } from './size.js';
import { ofVersion } from './version.js';

/** The element for bundlers: its renderer inside, graphql-ws left to the host's package manager. */
export default defineConfig({
  ...onPreact,
  define: ofVersion,
  plugins: [operation(), size(18_000), manifest()],
  build: {
    outDir: 'dist/element',
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    reportCompressedSize: false,
    lib: { entry: 'src/element.ts', formats: ['es'], fileName: () => 'index.js' },
    rolldownOptions: { external: /^graphql-ws/ },
  },
});
