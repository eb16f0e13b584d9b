// The accounts and campaigns of a run, on a database of a private PostgreSQL, made past every fault.
import { randomUUID } from 'node:crypto';
import { addAccount, generateKey } from '@campaign-analytics/server/accounts/keys.js';
import { readConfig } from '@campaign-analytics/server/config.js';
import { openStorage } from '@campaign-analytics/server/storage.js';
import { openKeptLog } from '../harness/logs.ts';
import type { Checker, Told } from './checker.ts';
import type { Instance } from './instance.ts';

const USER = 'campaigns';
const PASSWORD = 'secret';

export interface Place {
  readonly name: string;
  /** As the superuser. */
  readonly adminUrl: string;
  /** As the ordinary user that owns the database: what can be refused to it, superusers get. */
  readonly url: string;
}

export const USER_OF_SERVERS = USER;

/** A fresh, migrated database. */
export async function makePlace(instance: Instance, name: string): Promise<Place> {
  const [known] = await instance.ask('select from pg_roles where rolname = $1', [USER]);
  if (!known) await instance.ask(`create role ${USER} login password '${PASSWORD}' nocreaterole nobypassrls`);
  await instance.ask(`create database ${name} owner ${USER}`);
  const url = new URL(instance.url);
  url.pathname = `/${name}`;
  const adminUrl = url.href;
  url.username = USER;
  url.password = PASSWORD;
  return { name, adminUrl, url: url.href };
}

export interface Customer {
  readonly told: Told;
  readonly key: string;
}

/** Accounts that the checker knows, each with a mark that nobody else's bytes may have. */
export async function addCustomers(place: Place, checker: Checker, count: number): Promise<Customer[]> {
  const config = readConfig({ DATABASE_URL: place.url, NODE_ENV: 'test', POOL_SIZE: '2' });
  const { pool, close } = await openStorage(config, process.pid, openKeptLog());
  const customers: Customer[] = [];
  while (customers.length < count) {
    const [accountId, key] = [randomUUID(), generateKey()];
    const mark = `mark${customers.length}-${randomUUID().slice(0, 8)}`;
    await addAccount(pool, { accountId, name: mark, defaultCountry: 'US', key });
    customers.push({ told: checker.account(accountId, mark), key });
  }
  await close();
  return customers;
}
