import { defineConfig } from 'vite';

/** The admin pages, which the server hands out at `/`. */
export default defineConfig({
  root: 'console',
  build: { outDir: '../dist/console', emptyOutDir: true, target: 'es2022', reportCompressedSize: false },
});
