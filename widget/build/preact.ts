import type { UserConfig } from 'vite';

/**
 * Components are written for React; the faces that bring their own renderer get them on preact/compat, a tenth of the
 * size.
 */
export const onPreact = {
  resolve: {
    alias: [
      { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
      { find: /^react(-dom)?$/, replacement: 'preact/hooks' },
    ],
  },
} satisfies UserConfig;
