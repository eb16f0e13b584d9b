import { defineConfig } from 'vite';
import { compressed } from './compressed.js';
import { integrity } from './integrity.js';
import { operation } from './operation.js';
import { onPreact } from './preact.js';
import { size } from './size.js';
import { terse } from './terse.js';
import { ofVersion } from './version.js';

/** All in one file, for a script tag. No library mode: that leaves white space in, for bundlers to take out. */
export default defineConfig({
  ...onPreact,
  define: ofVersion,
  plugins: [operation(), terse(), size(18_000), integrity(), compressed()],
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
