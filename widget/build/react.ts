import { defineConfig } from 'vite';
import { size } from './size.js';

/** What light-dark(), which the stylesheet is written with, needs; without it every colour is written twice. */
export const cssTarget = ['chrome123', 'firefox120', 'safari17.5'];

/** Our own code only: React and Apollo Client are the host's. */
export default defineConfig({
  plugins: [size(6_000)],
  build: {
    outDir: 'dist/react',
    target: 'es2022',
    cssTarget,
    reportCompressedSize: false,
    lib: {
      entry: {
        index: 'src/index.ts',
        'locales/ar': 'src/locales/ar.ts',
        'locales/en': 'src/locales/en.ts',
        'locales/es': 'src/locales/es.ts',
        'locales/fr': 'src/locales/fr.ts',
      },
      formats: ['es'],
    },
    rolldownOptions: {
      external: /^(react|react-dom|@apollo\/client|graphql)(\/|$)/,
      output: {
        // Bundlers drop directives; without this one, server components cannot import the package.
        minify: { compress: true, mangle: true, codegen: true },
        comments: { annotation: false },
        banner: ({ name }) => (name === 'index' ? "'use client';" : ''),
      },
    },
  },
});
