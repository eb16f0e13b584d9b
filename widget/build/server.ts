import { defineConfig } from 'vite';
import { onPreact } from './preact.js';

/** The HTML snapshot for Node, with all that it needs inside: a host's server installs nothing more. */
export default defineConfig({
  ...onPreact,
  build: {
    outDir: 'dist/server',
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    reportCompressedSize: false,
    lib: { entry: 'src/server.tsx', formats: ['es'], fileName: () => 'index.js' },
  },
});
