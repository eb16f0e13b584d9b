import type { UserConfig } from 'vite';

/**
 * Components are written for React; the faces that bring their own renderer get them on Preact, a tenth of the size.
 * Its core is enough for as long as no component has hooks (`preact/compat` would add 2.4 kB brotli).
 */
export const onPreact = {
  resolve: { alias: { 'react/jsx-runtime': 'preact/jsx-runtime' } },
} satisfies UserConfig;
