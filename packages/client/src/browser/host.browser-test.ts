/** Tabs as their workers: to end a worker is what closing its tab does. */
import { afterEach, describe, expect, test } from 'vitest';
import type { DeviceApi } from '../api.ts';
import { connectWorker } from '../rpc/index.ts';

interface TestTab {
  readonly device: DeviceApi;
  close(): void;
}

const tabs: TestTab[] = [];

function openTab(kind = ''): TestTab {
  const url = new URL('./host.test-worker.ts', import.meta.url);
  url.search = kind;
  const worker = new Worker(url, { type: 'module' });
  const tab = { device: connectWorker(worker, undefined), close: () => worker.terminate() };
  tabs.push(tab);
  return tab;
}

afterEach(async () => {
  for (const tab of tabs.splice(0)) tab.close();
  await expect.poll(heldLocks).toEqual([]);
  indexedDB.deleteDatabase('sotto');
});

async function heldLocks() {
  const { held = [] } = await navigator.locks.query();
  return held.filter(({ name }) => name?.startsWith('sotto')).map(({ name }) => name);
}

const instance = (tab: TestTab) => tab.device.call('generatePassword');
/** Waits until the tab has another device than `former`, and returns its name. */
async function instanceAfter(former: string, tab: TestTab): Promise<string> {
  const present = () => instance(tab).catch(() => former);
  await expect.poll(present).not.toBe(former);
  return present();
}
const send = async (tab: TestTab) =>
  Number((await tab.device.call('send', { conversation: '', text: '' })).id);
const watchers = async (tab: TestTab) => Number((await tab.device.call('createInvite')).code);
const rejection = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

function watchSession(tab: TestTab): string[] {
  const seen: string[] = [];
  tab.device.watch('session', null, (session) => {
    if (session.state === 'locked') seen.push(session.address);
  });
  return seen;
}

describe('several tabs', () => {
  test('[K10] are one device, and use no number twice, also when the one that is the device closes', async () => {
    const first = openTab();
    const holder = await instance(first);
    const [second, third] = [openTab(), openTab()];
    expect(await Promise.all([instance(second), instance(third)])).toEqual([holder, holder]);
    const used = await Promise.all([send(first), send(second), send(third), send(second)]);
    first.close();
    const next = await instanceAfter(holder, second);
    expect(await instanceAfter(holder, third)).toBe(next);
    used.push(...(await Promise.all([send(second), send(third)])));
    expect(used.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('[K10] positive control: without the lock each tab is a device of its own', async () => {
    const [first, second] = [openTab('without-locks'), openTab('without-locks')];
    expect(await instance(first)).not.toBe(await instance(second));
  });

  test('[K10] were there ever two, the store would let only the newer one go on', async () => {
    const first = openTab('without-locks');
    await send(first);
    const second = openTab('without-locks');
    expect(await send(second)).toBe(2);
    expect(await rejection(send(first))).toMatchObject({ code: 'profile_in_use' });
  });

  test('go on with their watches on the next holder', async () => {
    const first = openTab();
    const holder = await instance(first);
    const second = openTab();
    const seen = watchSession(second);
    await expect.poll(() => seen).toEqual([`${holder}#0`]);
    await send(first);
    await expect.poll(() => seen.at(-1)).toBe(`${holder}#1`);
    first.close();
    const next = await instanceAfter(holder, second);
    await expect.poll(() => seen.at(-1)).toBe(`${next}#1`);
    await send(second);
    await expect.poll(() => seen.at(-1)).toBe(`${next}#2`);
  });

  test('tell of a command that was under way when the holder closed', async () => {
    const first = openTab();
    await instance(first);
    const [second, third] = [openTab(), openTab()];
    await Promise.all([instance(second), instance(third)]);
    const underWay = [rejection(second.device.call('exportAll')), rejection(third.device.call('exportAll'))];
    await Promise.all([instance(second), instance(third)]);
    first.close();
    for (const error of await Promise.all(underWay)) expect(error).toMatchObject({ code: 'interrupted' });
  });

  test.for([0, 2, 10])(
    'hand a message that was under way for %i ms to the next holder, and it is sent once',
    async (time) => {
      const first = openTab();
      await instance(first);
      const [second, third] = [openTab(), openTab()];
      await Promise.all([instance(second), instance(third)]);
      expect(await send(first)).toBe(1);
      const underWay = Promise.all([send(second), send(third)]);
      await new Promise((resolve) => setTimeout(resolve, time));
      first.close();
      expect((await underWay).toSorted()).toEqual([2, 3]);
      expect(await send(third)).toBe(4);
    },
  );

  test('are forgotten by the holder when they close', async () => {
    const first = openTab();
    await instance(first);
    const second = openTab();
    await instance(second);
    const before = await watchers(first);
    const seen = watchSession(second);
    await expect.poll(() => seen.length).toBe(1);
    expect(await watchers(first)).toBe(before + 1);
    second.close();
    await expect.poll(() => watchers(first)).toBeLessThan(before);
  });

  /** Each sends, and then the first closes, until none is left. Gives the names of the devices that there were. */
  async function useUp(open: TestTab[]): Promise<ReadonlySet<string>> {
    const used: number[] = [];
    const instances = new Set<string>();
    while (open.length > 0) {
      for (const tab of open) used.push(await send(tab));
      instances.add(await instance(open[0] as TestTab));
      open.shift()?.close();
    }
    expect(used).toHaveLength(5 + 4 + 3 + 2 + 1);
    expect(used).toEqual([...new Set(used)].toSorted((a, b) => a - b));
    return instances;
  }

  test('[K10] take over one after the other until the last, and use no number twice', async () => {
    const first = openTab();
    await instance(first);
    const instances = await useUp([first, openTab(), openTab(), openTab(), openTab()]);
    expect(instances.size).toBeGreaterThan(1);
  });

  test('[K10] that open at once use no number twice, whichever becomes the device', async () => {
    await useUp([openTab(), openTab(), openTab(), openTab(), openTab()]);
  });
});

test('a device that cannot start says so, and nothing of its inside', async () => {
  const tab = openTab('broken');
  const stopped = await new Promise((resolve) => {
    tab.device.watch('session', null, resolve);
  });
  expect(stopped).toMatchObject({ state: 'stopped', problem: { code: 'internal' } });
  expect(JSON.stringify(stopped)).not.toContain('secret');
  expect(await rejection(instance(tab))).toMatchObject({ code: 'internal' });
});
