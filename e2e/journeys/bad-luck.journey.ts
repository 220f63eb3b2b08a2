import { networkInterfaces } from 'node:os';
import type { TestPerson } from '@sotto/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
import { peer, write } from '../support/peer.ts';
import {
  type BrowserPerson,
  button,
  composer,
  heading,
  inside,
  mark,
  open,
  say,
  sees,
  signIn,
  signUp,
} from '../support/person.ts';
import {
  changeStore,
  deleteStore,
  fillStorage,
  freeStorage,
  limitStorage,
  readStore,
} from '../support/store.ts';

const STOPPED = 'Sotto has stopped on this device';

describe('what a browser keeps for Sotto', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let page: Page;
  let bob: TestPerson;

  beforeAll(async () => {
    stage = await openStage();
    [alice, bob] = await Promise.all([signUp(stage, 'alice'), peer(stage, 'bob')]);
    page = alice.page;
    await write(bob.device, alice.address, ['Keep this']);
    await open(page, 'bob');
    await button(page, 'Accept').click();
    await say(page, 'I will');
    await mark(page, 'I will', 'Delivered');
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('was written by a newer version: it says so, and changes nothing', async () => {
    await page.goto(`${stage.url}/icon.svg`);
    const format = await changeStore(page, 'format', [0x81, 0x18, 0x63]);
    const before = await readStore(page);
    await page.goto(stage.url);
    await heading(page, STOPPED).waitFor();
    await page.getByText(/^The data on this device was written by a newer Sotto\./).waitFor();
    await page.reload();
    await heading(page, STOPPED).waitFor();
    await page.goto(`${stage.url}/icon.svg`);
    expect(await readStore(page)).toEqual(before);
    expect(Object.keys(before).length).toBeGreaterThan(5);
    await changeStore(page, 'format', format);
    await page.goto(stage.url);
    await inside(page);
    await open(page, 'bob');
    await sees(page, 'Keep this');
  });

  it('is full: it says so, keeps what was typed, and goes on when there is space', async () => {
    const small = await stage.newProfile();
    await small.goto(`${stage.url}/icon.svg`);
    await limitStorage(small, stage.url, 12_000_000);
    await signIn(stage, alice, small);
    await open(small, 'bob');
    await write(bob.device, alice.address, ['To the small one']);
    await sees(small, 'To the small one');
    await fillStorage(small);
    await say(small, 'Does this fit?');
    const full = small.getByText(/^There is no space left on this device\. Nothing was lost;/);
    await full.first().waitFor();
    expect(await composer(small).inputValue()).toBe('Does this fit?');
    await sees(small, 'To the small one');
    await freeStorage(small);
    await composer(small).press('Enter');
    await mark(small, 'Does this fit?', 'Delivered');
    await write(bob.device, alice.address, ['It did']);
    await sees(small, 'It did');
    await sees(page, 'Does this fit?');
  });

  it('was removed by the browser: it says so, and one can sign in again', async () => {
    await page.goto(`${stage.url}/icon.svg`);
    await deleteStore(page);
    await page.goto(stage.url);
    await heading(page, STOPPED).waitFor();
    await page.getByText(/^The browser has removed what Sotto kept on this device\./).waitFor();
    await button(page, 'Reload').click();
    await heading(page, 'Talk in a low voice').waitFor();
    await signIn(stage, alice, page);
  });

  it('causes no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });
});

const elsewhere = Object.values(networkInterfaces())
  .flat()
  .find((one) => one !== undefined && !one.internal && one.family === 'IPv4')?.address;

describe('plain HTTP from another machine', () => {
  it.skipIf(elsewhere === undefined)('is answered by three lines on why and how', async () => {
    const stage = await openStage({ host: '0.0.0.0' });
    try {
      const page = await stage.newProfile();
      await page.goto(stage.url.replace('localhost', elsewhere ?? ''));
      const lines = page.getByRole('paragraph');
      expect(await lines.count()).toBe(3);
      await lines.filter({ hasText: 'browsers allow that only over HTTPS' }).waitFor();
      await lines.filter({ hasText: /sotto serve .*--tls-cert cert\.pem --tls-key key\.pem/ }).waitFor();
      expect(await page.getByRole('link').count()).toBe(0);
      expect(await page.getByRole('textbox').count()).toBe(0);
    } finally {
      await stage.close();
    }
  });
});
