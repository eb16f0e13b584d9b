// A host's own build: its page and the built package, bundled by Vite, on the React of its choice.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'vite';

const PAGES = join(import.meta.dirname, '../pages');
const EXAMPLES = join(import.meta.dirname, '../../widget/examples');
const require = createRequire(import.meta.url);

export interface BundleOptions {
  /** The major version of React; 19 where it is left out. */
  readonly react?: 18 | 19;
  /** React's own warnings are in it. */
  readonly isDevelopment?: boolean;
  /** Changes an example on its way in, as a reader would who copied it. */
  readonly edit?: (example: string) => string;
}

/** @param entry a file of `test/pages`, which imports examples as `./example/<name>.js` */
export async function bundle(entry: string, options: BundleOptions = {}): Promise<string> {
  const { react = 19, isDevelopment = false, edit = (example) => example } = options;
  const mode = isDevelopment ? 'development' : 'production';
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    mode,
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    resolve: { alias: react === 18 ? aliases18() : [] },
    plugins: [
      {
        name: 'example',
        enforce: 'pre',
        resolveId: (id) => (id.startsWith('./example/') ? join(PAGES, id.replace(/js$/, 'tsx')) : undefined),
        load(id) {
          const [, name] = id.match(/pages\/example\/(.+)$/) ?? [];
          return name && edit(readFileSync(join(EXAMPLES, name), 'utf8'));
        },
      },
    ],
    build: { write: false, minify: false, rolldownOptions: { input: join(PAGES, entry) } },
  });
  const [chunk] = (output as { output: { code: string }[] }).output;
  return chunk?.code ?? '';
}

/** React 18's own modules, wherever React is asked for. */
function aliases18() {
  const folderOf = (name: string): string => dirname(require.resolve(`${name}/package.json`));
  return [
    { find: /^react(?=$|\/)/, replacement: folderOf('react-18') },
    { find: /^react-dom(?=$|\/)/, replacement: folderOf('react-dom-18') },
  ];
}
