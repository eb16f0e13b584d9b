// The embeddings that the README shows, as files that people copy.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../widget/examples');

/** The file with what a reader fills in: the server's address, a campaign and, where there is one, its token. */
export const example = (name: string, url: string, campaignId: string, token = ''): string =>
  readFileSync(join(FOLDER, name), 'utf8')
    .replaceAll('http://localhost:4000', url)
    .replaceAll('my-campaign', campaignId)
    .replaceAll('TOKEN', token);
