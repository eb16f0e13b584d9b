// What elements hold of a page: one socket for all that have endpoint and token in common, and nothing at all once they are
// gone, however they go.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { embed, hostCampaign, openHost } from './harness/host.ts';
import { useServer } from './harness/server.ts';
import { useSite } from './harness/site.ts';

const server = useServer();
const site = useSite();
const browser = useBrowser();

interface Held {
  readonly timers: number;
  readonly frames: number;
  readonly listeners: readonly string[];
  readonly sockets: number;
  readonly socketsEver: number;
}

const NOTHING = { timers: 0, frames: 0, listeners: [], sockets: 0 };

/** Counts, before any script runs, what is begun and not ended: timers, frames, sockets, listeners of window and document. */
const countHeld = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const timers = new Set<unknown>();
    const frames = new Set<unknown>();
    const listeners = new Map<string, Set<unknown>>();
    const sockets = new Set<WebSocket>();
    let socketsEver = 0;

    const { setTimeout: later, clearTimeout: never, setInterval: often, clearInterval: noMore } = window;
    const { requestAnimationFrame: inFrame, cancelAnimationFrame: noFrame } = window;
    Object.assign(window, {
      setTimeout: (act: () => void, ms?: number) => {
        const id = later(() => {
          timers.delete(id);
          act();
        }, ms);
        timers.add(id);
        return id;
      },
      clearTimeout: (id: number) => {
        timers.delete(id);
        never(id);
      },
      setInterval: (act: () => void, ms?: number) => {
        const id = often(act, ms);
        timers.add(id);
        return id;
      },
      clearInterval: (id: number) => {
        timers.delete(id);
        noMore(id);
      },
      requestAnimationFrame: (act: (ms: number) => void) => {
        const id = inFrame((ms) => {
          frames.delete(id);
          act(ms);
        });
        frames.add(id);
        return id;
      },
      cancelAnimationFrame: (id: number) => {
        frames.delete(id);
        noFrame(id);
      },
      WebSocket: class extends WebSocket {
        constructor(...args: ConstructorParameters<typeof WebSocket>) {
          super(...args);
          socketsEver++;
          sockets.add(this);
          super.addEventListener('close', () => sockets.delete(this));
        }
      },
    });
    const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
    const nameOf = (target: EventTarget): string | undefined =>
      target === window ? 'window' : target === document ? 'document' : undefined;
    const of = (target: EventTarget | undefined, type: string): Set<unknown> | undefined => {
      const name = nameOf(target ?? window);
      if (!name) return undefined;
      const all = listeners.get(`${name} ${type}`) ?? new Set();
      listeners.set(`${name} ${type}`, all);
      return all;
    };
    EventTarget.prototype.addEventListener = function (this: EventTarget, ...args: Parameters<typeof add>) {
      of(this, args[0])?.add(args[1]);
      return add.apply(this ?? window, args);
    };
    EventTarget.prototype.removeEventListener = function (
      this: EventTarget,
      ...args: Parameters<typeof remove>
    ) {
      of(this, args[0])?.delete(args[1]);
      return remove.apply(this ?? window, args);
    };
    const held = (): Held => ({
      timers: timers.size,
      frames: frames.size,
      listeners: [...listeners].filter(([, all]) => all.size > 0).map(([name]) => name),
      sockets: sockets.size,
      socketsEver,
    });
    Object.assign(window, { held });
  });

/** Listeners of the harness are there before any element is, and are not counted. */
async function open(body: (attributes: string) => string) {
  const campaign = await hostCampaign(server);
  const { token } = await campaign.issue();
  let before: readonly string[] = [];
  const host = await openHost(
    browser,
    site,
    body(`campaign-id="${campaign.campaignId}" token="${token}"`),
    async (page) => {
      await countHeld(page);
      await page.goto('about:blank');
      before = (await heldBy(page)).listeners;
    },
  );
  return {
    ...host,
    campaign,
    held: async (): Promise<Held> => {
      const all = await heldBy(host.page);
      return { ...all, listeners: all.listeners.filter((each) => !before.includes(each)) };
    },
  };
}

const heldBy = (page: Page): Promise<Held> =>
  page.evaluate(() => (window as unknown as { held(): Held }).held());

test('thirty elements share one socket, and when they are gone nothing of them remains', async () => {
  const { page, shows, held, faults } = await open((attributes) =>
    Array.from({ length: 30 }, (_, index) => embed(server.url, attributes, `n${index}`)).join(''),
  );
  for (const index of [0, 29]) await shows('1 / 1', `n${index}`);
  const during = await held();
  expect([during.sockets, during.socketsEver]).toEqual([1, 1]);
  expect(during.timers).toBeGreaterThan(0);
  expect(during.listeners.length).toBeGreaterThan(0);
  await page.evaluate(() => document.body.replaceChildren());
  await expect.poll(held).toMatchObject(NOTHING);
  expect(faults).toEqual([]);
});

test('removed before it has its numbers, or while it waits to come back, an element leaves nothing either', async () => {
  const { page, held, shows } = await open((attributes) => embed(server.url, attributes));
  await shows('1 / 1');
  await page.evaluate(() => {
    const element = document.getElementById('it') as HTMLElement;
    const again = element.cloneNode(true) as HTMLElement;
    again.id = 'again';
    again.setAttribute('token', `${again.getAttribute('token')}x`);
    element.replaceWith(again);
    setTimeout(() => again.remove(), 0);
  });
  await expect.poll(held).toMatchObject(NOTHING);

  await page.context().setOffline(true);
  await page.evaluate(() => {
    const waiting = document.createElement('campaign-analytics');
    waiting.id = 'waiting';
    waiting.setAttribute('campaign-id', 'any');
    waiting.setAttribute('token-url', '/token.json');
    document.body.append(waiting);
  });
  await expect.poll(async () => (await held()).timers).toBe(1);
  await page.evaluate(() => document.getElementById('waiting')?.remove());
  await expect.poll(held).toMatchObject(NOTHING);
  await page.context().setOffline(false);
});

test('moved about, an element keeps its socket and its numbers, and is told of nothing', async () => {
  const { page, shows, held, told, campaign } = await open((attributes) => embed(server.url, attributes));
  await shows('1 / 1');
  const before = await told();
  await page.evaluate(async () => {
    const element = document.getElementById('it') as HTMLElement;
    const places = ['nav', 'main', 'footer'].map((name) =>
      document.body.appendChild(document.createElement(name)),
    );
    for (let round = 0; round < 10; round++)
      for (const place of places) {
        if (round % 2) place.append(element);
        else (place as HTMLElement & { moveBefore(node: Node, child: null): void }).moveBefore(element, null);
        if (round > 7) await new Promise(requestAnimationFrame);
      }
    // As StrictMode does it: in, out and in again.
    element.remove();
    document.body.append(element);
  });
  await shows(`${await campaign.send()} / 2`);
  expect((await held()).socketsEver).toBe(1);
  expect((await told()).slice(before.length)).toEqual([['update', '2']]);
});

test('put back after a while, an element comes back to life with one socket', async () => {
  const { page, shows, held, campaign } = await open((attributes) => embed(server.url, attributes));
  await shows('1 / 1');
  await page.evaluate(() => {
    const element = document.getElementById('it') as HTMLElement;
    Object.assign(window, { element });
    element.remove();
  });
  await expect.poll(held).toMatchObject(NOTHING);
  await campaign.send();
  await page.evaluate('document.body.append(element)');
  await shows('2 / 2');
  expect(await held()).toMatchObject({ sockets: 1, socketsEver: 2 });
});
