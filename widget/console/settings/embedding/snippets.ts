// The code that embeds a campaign, made from the example files that the README shows: the same words, with the reader's
// server, campaign and token in them.
import iframe from '../../../examples/iframe.html?raw';
import plainHtml from '../../../examples/plain-html.html?raw';
import react from '../../../examples/react.tsx?raw';

export interface SnippetKind {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

export const SCRIPT: SnippetKind = { id: 'script', name: 'Script and element', text: plainHtml };
export const KINDS: readonly SnippetKind[] = [
  SCRIPT,
  { id: 'iframe', name: 'Iframe', text: iframe },
  { id: 'react', name: 'React', text: react },
];

export interface Filling {
  /** Of the server, such as https://analytics.example.com. */
  readonly origin: string;
  readonly campaignId: string;
  readonly token: string;
}

export const snippetOf = ({ text }: SnippetKind, { origin, campaignId, token }: Filling): string =>
  text
    .replaceAll('ws://localhost:4000', origin.replace(/^http/, 'ws'))
    .replaceAll('http://localhost:4000', origin)
    .replaceAll('my-campaign', campaignId)
    .replaceAll('TOKEN', token)
    .trimEnd();

const CREATE_TOKEN =
  'mutation ($input: CreateEmbedTokenInput!) { createEmbedToken(input: $input) { token expiresAt } }';

export interface TokenWish {
  readonly campaignIds: string[];
  readonly origins: string[];
  readonly expiresInSeconds: number;
}

/** What the host's server does for each page that shows the widget, as a command that can be tried. */
export const curlOf = (origin: string, input: TokenWish): string =>
  [
    `curl ${origin}/graphql -H "Authorization: Bearer $API_KEY" -H 'Content-Type: application/json' \\`,
    `  -d '{`,
    `    "query": ${JSON.stringify(CREATE_TOKEN)},`,
    `    "variables": ${JSON.stringify({ input })}`,
    `  }'`,
  ].join('\n');
