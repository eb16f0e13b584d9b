import { join, relative } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Prints what a visitor downloads, and fails the build where it is more than `mostBrotliBytes`. */
export function size(mostBrotliBytes: number): Plugin {
  return {
    name: 'size',
    writeBundle({ dir = '' }, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const path = relative('.', join(dir, file.fileName));
        const gzip = gzipSync(file.code, { level: 9 }).length;
        const brotli = brotliCompressSync(file.code).length;
        console.log(`${path}: ${gzip} B gzip, ${brotli} B brotli`);
        if (brotli > mostBrotliBytes)
          this.error(`${path}: expected at most ${mostBrotliBytes} B brotli, got ${brotli}`);
      }
    },
  };
}
