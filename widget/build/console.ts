import { defineConfig } from 'vite';
import { compressed } from './compressed.js';

/** The admin pages, which the server hands out at `/`. */
export default defineConfig({
  root: 'console',
  plugins: [compressed()],
  build: { outDir: '../dist/console', emptyOutDir: true, target: 'es2022', reportCompressedSize: false },
});
