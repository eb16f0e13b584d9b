import { minify } from 'terser';
import type { Plugin } from 'vite';

/** Minifies once more what Vite's own minifier left: 1% of a budget that is nearly spent. Place it before what reads the code. */
export function terse(): Plugin {
  return {
    name: 'terse',
    async generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const { code } = await minify(file.code, { module: true, ecma: 2020, compress: { passes: 3 } });
        if (code) file.code = code;
      }
    },
  };
}
