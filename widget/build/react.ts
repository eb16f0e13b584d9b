import { defineConfig } from 'vite';
import { size } from './size.js';

/** Our own code only: React and Apollo Client are the host's. */
export default defineConfig({
  plugins: [size(6_000)],
  build: {
    outDir: 'dist/react',
    target: 'es2022',
    reportCompressedSize: false,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'index.js' },
    rolldownOptions: {
      external: /^(react|react-dom|@apollo\/client|graphql)(\/|$)/,
      // Bundlers drop directives; without this one, server components cannot import the package.
      output: { banner: "'use client';" },
    },
  },
});
