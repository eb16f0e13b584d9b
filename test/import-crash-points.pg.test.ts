// `npm run import` is killed at every point of its way. What it had acknowledged to itself is there, wholly; the same import
// again goes on, and ends like one that nobody killed.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { at, differences } from './harness/campaign.ts';
import { runCommand } from './harness/process.ts';
import { contact, contactsFile, type MessageRow, messagesFile, replied, sent } from './imports/export.ts';
import { type ImportAccount, useImports } from './imports/importing.ts';

const isLong = process.env.LONG === '1';
const ROUNDS = isLong ? 4 : 1;
const CONTACTS = 150;
const MODULE = new URL('faults/point.js', import.meta.url).href;
const COMMIT = 'commit';

const imports = useImports();

interface Point {
  readonly moment: 'before' | 'under way' | 'after';
  readonly statement: string;
  /** It dies when it is there the n-th time. */
  readonly times: number;
}

async function putExport(): Promise<[contactsPath: string, messagesPath: string]> {
  const contacts = Array.from({ length: CONTACTS }, (_, index) =>
    contact(index, { 'contact[optOut]': String(index % 9 === 0) }),
  );
  const messages = contacts.flatMap((_, index): MessageRow[] => [
    sent(index, { 'texter[email]': `texter${index % 5}@example.org` }),
    replied(index, { text: index % 27 === 0 ? 'STOP' : 'Yes' }),
    ...Array.from({ length: 6 }, (_, hour) =>
      sent(index, { attemptedAt: at(3_600 * (1 + hour)), sendStatus: index % 7 === 0 ? 'ERROR' : 'SENT' }),
    ),
    ...(index % 20 === 0 ? [sent(index, { sendStatus: 'QUEUED', text: 'Later' })] : []),
  ]);
  return [
    await imports.put('points-contacts.csv', contactsFile(...contacts)),
    await imports.put('points-messages.csv', messagesFile(...messages)),
  ];
}

/** Every statement when it comes first, and COMMIT at the beginning, in the middle and at the end. */
function pointsOf(statements: readonly string[]): Point[] {
  const commits = statements.filter((each) => each === COMMIT).length;
  const times = [...new Set([1, Math.ceil(commits / 2), commits])];
  return [
    ...[...new Set(statements)].map((statement): Point => ({ moment: 'before', statement, times: 1 })),
    ...times.flatMap((times) =>
      (['under way', 'after'] as const).map((moment): Point => ({ moment, statement: COMMIT, times })),
    ),
  ];
}

test('killed at every point of its way and started again, an import ends like one that was not', {
  timeout: isLong ? 1_200_000 : 180_000,
}, async () => {
  const files = await putExport();
  const whole = await imports.account();
  const run = (accountId: string, settings: Record<string, string>) => {
    const [contacts, messages] = files;
    const args = ['import', '--contacts', contacts, '--messages', messages, '--account', accountId];
    return runCommand(imports.database.url, args, settings, [MODULE]);
  };
  const tracePath = await imports.put('trace.json', '');
  expect((await run(whole.accountId, { POINT_TRACE: tracePath })).code).toBe(0);
  const points = pointsOf(JSON.parse(await readFile(tracePath, 'utf8')));
  expect(points.length).toBeGreaterThan(12);
  const state = await whole.state();
  const killed: { point: Point; account: ImportAccount }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    for (const point of points) {
      const account = await imports.account();
      const { code, stderr } = await run(account.accountId, { POINT: JSON.stringify(point) });
      // Batches gather as they come: it may be done before it has committed so often as it did once.
      if (code === 0 && point.times > 1) continue;
      expect([point, code, stderr]).toEqual([point, null, '']);
      killed.push({ point, account });
    }
  expect(await differences(imports.database.url)).toEqual([]);
  for (const { point, account } of killed) {
    const { summary } = await account.importFiles(...files);
    const { recorded, alreadyThere, unsent } = summary.messages;
    expect([point, recorded + alreadyThere, unsent]).toEqual([point, CONTACTS * 8, Math.ceil(CONTACTS / 20)]);
    expect([point, await account.state()]).toEqual([point, state]);
  }
  if (isLong) console.log('import crash points', { kills: killed.length });
});
