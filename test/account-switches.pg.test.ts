// What an account decides once: automatic opt-outs and the country of national numbers, over the API, noted in the audit.
import { AuditEntriesDocument } from '@campaign-analytics/schema/graphql';
import { importFiles } from '@campaign-analytics/server/commands/import.js';
import { expect, test } from 'vitest';
import type { Api } from './harness/api.ts';
import { boxes, phone, record, reply, startCampaign } from './harness/campaign.ts';
import { useCommand } from './harness/command.ts';
import { useServer } from './harness/server.ts';
import { contact, contactsFile, messagesFile, useFolder } from './imports/export.ts';
import { addOptOuts, listOptOuts } from './opt-outs/managing.ts';

const server = useServer();
const folder = useFolder();
const run = useCommand(server.database, importFiles);

const settings = async (api: Api) =>
  (await api.ask<{ account: object }, object>('{ account { defaultCountry hasAutoOptOut } }')).account;
const SET_COUNTRY =
  'mutation ($country: String!) { setDefaultCountry(country: $country) { defaultCountry hasAutoOptOut } }';
const setCountry = (api: Api, country: string) => api.ask<object, object>(SET_COUNTRY, { country });
const setAutoOptOut = (api: Api, isOn: boolean) =>
  api.ask<object, object>(
    'mutation ($isOn: Boolean!) { setAutoOptOut(isOn: $isOn) { defaultCountry hasAutoOptOut } }',
    { isOn },
  );
const audit = async (api: Api) =>
  (await api.ask(AuditEntriesDocument, { first: 10 })).auditEntries.map((each) => [
    each.action,
    each.subject,
  ]);

test('the switch decides from its commit on whether an opt-out term opts out', async () => {
  const { api, campaignId } = await startCampaign(server);
  const stop = (index: number) => record(api, reply(campaignId, { contact: phone(index), body: 'STOP' }));
  expect(await settings(api)).toEqual({ defaultCountry: 'US', hasAutoOptOut: true });
  await stop(0);
  expect(await setAutoOptOut(api, false)).toMatchObject({ setAutoOptOut: { hasAutoOptOut: false } });
  await stop(1);
  expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts: 1, replies: 2 });
  await setAutoOptOut(api, true);
  await stop(2);
  expect(await boxes(api, campaignId)).toMatchObject({ autoOptOuts: 2, replies: 3 });
});

test('national numbers are read as dialled in the country from then on, those added by hand', async () => {
  const api = await server.account();
  const [national, fromAbroad] = ['(202) 555-0143', '00 1 202 555 0118'];
  expect(await addOptOuts(api, fromAbroad, national)).toMatchObject({
    recorded: 1,
    rejected: [{ index: 0 }],
  });
  expect(await setCountry(api, 'no')).toMatchObject({ setDefaultCountry: { defaultCountry: 'NO' } });
  expect(await settings(api)).toMatchObject({ defaultCountry: 'NO' });
  expect(await addOptOuts(api, fromAbroad, national)).toMatchObject({
    recorded: 1,
    rejected: [{ index: 1 }],
  });
  expect((await listOptOuts(api)).contacts).toEqual(['+12025550118', '+12025550143']);
});

test('and those that are imported', async () => {
  const api = await server.account();
  await setCountry(api, 'NO');
  const cell = { 'contact[cell]': '00 1 202 555 0118' };
  const contacts = await folder.put('contacts.csv', contactsFile(contact(0, cell)));
  const messages = await folder.put('messages.csv', messagesFile());
  const files = ['--contacts', contacts, '--messages', messages, '--account', api.accountId];
  expect(await run(...files)).toMatchObject({ code: 0 });
  expect(await boxes(api, '31')).toMatchObject({ conversations: 1 });
});

test('each change is noted in the audit with the key that made it, and what changes nothing is not', async () => {
  const api = await server.account();
  await setAutoOptOut(api, true);
  await setCountry(api, 'US');
  expect(await audit(api)).toEqual([]);
  await setAutoOptOut(api, false);
  await setCountry(api, 'CA');
  await setAutoOptOut(api, true);
  expect(await audit(api)).toEqual([
    ['AUTO_OPT_OUT_SET', 'on'],
    ['DEFAULT_COUNTRY_SET', 'CA'],
    ['AUTO_OPT_OUT_SET', 'off'],
  ]);
});

test.each(['', 'USA', 'ZZ', 'United States', '\0'])(
  '%j is no country, and nothing changes',
  async (country) => {
    const api = await server.account();
    expect(await api.fails<object, object>(SET_COUNTRY, { country })).toMatchObject({
      message: 'country: expected the two letters of a country, such as US',
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(await settings(api)).toMatchObject({ defaultCountry: 'US' });
  },
);
