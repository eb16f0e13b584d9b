// The local demo: an account with its key, campaigns told over the public API, and the routes that sign its visitor in.
// It exists only with the embedded database, on loopback, and outside production.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import type { Pool } from 'pg';
import { addAccount, generateKey } from '../accounts/keys.js';
import type { Guest } from '../api/sign-in.js';
import type { Log } from '../log.js';
import { openClient } from './client.js';
import { tellExample } from './example.js';
import { tellHistory } from './history.js';
import { isLoopbackName, routesOf } from './routes.js';
import { type DemoSender, startSender } from './sender.js';

export const DEMO_ACCOUNT = 'demo';

export interface DemoOptions {
  readonly pool: Pool;
  /** The data folder, where the demo's key is kept for the next start. */
  readonly folder: string;
  readonly log: Log;
}

export interface Demo {
  readonly key: string;
  /** Its visitor, who need not sign in. */
  readonly guest: Guest;
  readonly routes: RequestHandler;
  /** Tells the standing campaign, then sends in the live one until it is stopped. @param url - of the running server. */
  startSender(url: string): DemoSender;
}

/** The key of the first start: a link appears as a whole and only once, so that two starts at once end with the same. */
async function keepKey(folder: string): Promise<string> {
  const path = join(folder, 'demo-key');
  await mkdir(folder, { recursive: true });
  const fresh = `${path}.${randomUUID()}`;
  await writeFile(fresh, `${generateKey()}\n`, { mode: 0o600 });
  await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(fresh);
  return (await readFile(path, 'utf8')).trim();
}

export async function openDemo({ pool, folder, log }: DemoOptions): Promise<Demo> {
  const key = await keepKey(folder);
  await addAccount(pool, { accountId: DEMO_ACCOUNT, name: 'Demo', defaultCountry: 'US', key });
  let url = '';
  let shownId = '';
  const client = openClient(() => url, key);
  return {
    key,
    guest: { accountId: DEMO_ACCOUNT, key, mayEnter: isLoopbackName },
    routes: routesOf(client, () => shownId),
    startSender(at) {
      url = at;
      return startSender({
        client,
        log,
        before: async () => {
          await tellExample(client);
          await tellHistory(client);
        },
        onCampaign: (id) => {
          shownId = id;
        },
      });
    },
  };
}
