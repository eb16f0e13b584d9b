// Where there is no psql: the smallest client that copies a statement's rows into a file. node drain.js URL STATEMENT FILE
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

const [, , connectionString, statement, path] = process.argv;
const client = new Client({ connectionString });
await client.connect();
await pipeline(
  client.query(copyTo(`copy (${statement}) to stdout (format csv, header)`)),
  createWriteStream(path),
);
await client.end();
