// Typed documents from the printed schema: the operations of the widget, the console and a host, for Apollo Client and any other
// client that takes a TypedDocumentNode.
import type { CodegenConfig } from '@graphql-codegen/cli';

export default {
  schema: 'schema.graphql',
  documents: ['widget.graphql', 'console.graphql', 'host.graphql'],
  generates: {
    'generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        scalars: { DateTime: 'string', PhoneNumber: 'string' },
      },
    },
  },
  importExtension: '.js',
  emitLegacyCommonJSImports: false,
  silent: true,
} satisfies CodegenConfig;
