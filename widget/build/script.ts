import { defineConfig } from 'vite';
import { operation } from './operation.js';
import { onPreact } from './preact.js';
import { size } from './size.js';

/** All in one file, for a script tag. No library mode: that leaves white space in, for bundlers to take out. */
export default defineConfig({
  ...onPreact,
  plugins: [operation(), size(18_000)],
  build: {
    outDir: 'dist/script',
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: 'src/faces/script.ts',
      output: { entryFileNames: 'campaign-analytics.js' },
    },
  },
});
