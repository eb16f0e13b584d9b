import { defineConfig } from 'vite';
import { onPreact } from './preact.js';

/** The demo's page of all states, which the server hands out beside the rest of `demo`. */
export default defineConfig({
  ...onPreact,
  build: {
    outDir: 'dist/demo',
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: { input: 'demo/gallery.tsx', output: { entryFileNames: 'gallery.js' } },
  },
});
