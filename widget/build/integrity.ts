import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { version } from './version.js';

/**
 * Puts each script beside itself under its version, where it never changes, and writes `integrity.json`: the path of each
 * such file with the hash that a page states in `integrity`.
 */
export function integrity(): Plugin {
  return {
    name: 'integrity',
    generateBundle(_options, bundle) {
      const hashes: Record<string, string> = {};
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const fileName = `${version}/${file.fileName}`;
        this.emitFile({ type: 'asset', fileName, source: file.code });
        hashes[fileName] = `sha384-${createHash('sha384').update(file.code).digest('base64')}`;
        console.log(`${fileName}: ${hashes[fileName]}`);
      }
      this.emitFile({
        type: 'asset',
        fileName: 'integrity.json',
        source: `${JSON.stringify(hashes, null, 2)}\n`,
      });
    },
  };
}
