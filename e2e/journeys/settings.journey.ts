import { readFile } from 'node:fs/promises';
import type { TestPerson } from '@sotto/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
import { peer, write } from '../support/peer.ts';
import {
  alerts,
  answerWords,
  type BrowserPerson,
  button,
  field,
  fillSignIn,
  heading,
  inside,
  keepWords,
  open,
  openChats,
  openSettings,
  say,
  sees,
  signIn,
  signUp,
} from '../support/person.ts';

describe('the settings of an account', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let page: Page;
  let second: Page;
  let bob: TestPerson;

  beforeAll(async () => {
    stage = await openStage();
    [alice, bob] = await Promise.all([signUp(stage, 'alice'), peer(stage, 'bob')]);
    page = alice.page;
    await write(bob.device, alice.address, ['"quotes", and\nlines']);
    await open(page, 'bob');
    await button(page, 'Accept').click();
    await say(page, 'An answer');
    second = await signIn(stage, alice);
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('list the devices by their names, and rename the present one', async () => {
    await openSettings(page, 'Devices');
    await expect.poll(() => devices().count()).toBe(2);
    await devices().filter({ hasText: 'This device' }).getByText('Chrome on Linux').waitFor();
    await button(page, 'Rename').click();
    const dialog = page.getByRole('dialog', { name: 'Rename this device' });
    await field(dialog, 'Name').fill('The kitchen computer');
    await button(dialog, 'Rename').click();
    await devices().filter({ hasText: 'This device' }).getByText('The kitchen computer').waitFor();
    await openSettings(second, 'Devices');
    await second.getByText('The kitchen computer').waitFor();
  });

  it('remove another device, which stops and says why', async () => {
    await button(page, 'Remove Chrome on Linux').click();
    const dialog = page.getByRole('dialog', { name: 'Remove Chrome on Linux?' });
    await field(dialog, 'Your password').fill('not my password at all');
    await button(dialog, 'Remove').click();
    await alerts(dialog).waitFor();
    await field(dialog, 'Your password').fill(alice.password);
    await button(dialog, 'Remove').click();
    await expect.poll(() => devices().count()).toBe(1);
    await heading(second, 'Sotto has stopped on this device').waitFor();
    await second.getByText(/^This device was (signed out or )?removed from your account\./).waitFor();
  });

  it('let a device that was removed start anew', async () => {
    await button(second, 'Sign in again').click();
    await button(second.getByRole('dialog'), 'Sign out').click();
    await heading(second, 'Talk in a low voice').waitFor();
    await signIn(stage, alice, second);
  });

  it('change the password: the old one is refused from then on', async () => {
    await openSettings(page, 'Password and lock');
    await field(page, 'Current password').fill(alice.password);
    await button(page, 'Suggest a password').click();
    await page.getByText(/^Strong enough/).waitFor();
    const changed = await field(page, 'New password').inputValue();
    await button(page, 'Change the password').click();
    await page.getByText('Your password is changed.').waitFor();
    const other = await stage.newProfile();
    await other.goto(`${stage.url}/sign-in`);
    await fillSignIn(other, alice);
    await alerts(other).waitFor();
    await fillSignIn(other, { ...alice, password: changed });
    await inside(other);
  });

  it('export the conversations as lines of JSON', async () => {
    await openSettings(page, 'Your data');
    const downloading = page.waitForEvent('download');
    await button(page, 'Export my conversations').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^sotto-export-\d{4}-\d\d-\d\d\.jsonl$/);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    const texts = lines.map((line): unknown => JSON.parse(line)).map((value) => JSON.stringify(value));
    expect(texts.filter((text) => text.includes(JSON.stringify('"quotes", and\nlines')))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('"An answer"'))).toHaveLength(1);
  });

  it('say that an open server needs no invite', async () => {
    await openSettings(page, 'Invites');
    await heading(page, 'No invite is needed').waitFor();
    expect(await field(page, 'Address of this server').inputValue()).toBe(stage.url);
    expect(await button(page, 'Create an invite').count()).toBe(0);
  });

  it('choose light or dark, and keep the choice', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await openSettings(page, 'Appearance');
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await expect.poll(ground).not.toBe(light);
    await page.reload();
    await page.getByRole('radio', { name: 'Dark' }).waitFor();
    expect(await ground()).not.toBe(light);
    await page.getByRole('radio', { name: 'Light' }).check();
    await expect.poll(ground).toBe(light);
    await openChats(page);
    await open(page, 'bob');
    await sees(page, 'An answer');
  });

  it('cause no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });

  function devices() {
    return page.getByRole('list', { name: 'Devices' }).getByRole('listitem');
  }
});

describe('a server that takes people by invite', () => {
  let stage: Stage;
  let owner: BrowserPerson;
  let guest: Page;
  let invite = '';

  beforeAll(async () => {
    stage = await openStage({ registration: 'invite' });
    owner = await signUp(stage, 'alice');
    guest = await stage.newProfile();
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('needs one for everybody but the first', async () => {
    await guest.goto(`${stage.url}/sign-up`);
    await field(guest, 'Invite').waitFor();
    await begin(guest, 'bob', 'not-an-invite');
    await alerts(guest)
      .getByText(/^This invite was used, has expired or is not from this server\./)
      .waitFor();
  });

  it('gives the owner a link, whose code is sent to nobody as a part of an address', async () => {
    await openSettings(owner.page, 'Invites');
    await button(owner.page, 'Create an invite').click();
    invite = await field(owner.page, 'Invite link').inputValue();
    expect(new URL(invite).pathname + new URL(invite).search).toBe('/join');
    await guest.goto(invite);
    await heading(guest, 'Create an account').waitFor();
    expect(guest.url()).toBe(`${stage.url}/sign-up`);
    const code = await field(guest, 'Invite').inputValue();
    expect(invite.endsWith(`#${code}`)).toBe(true);
    await begin(guest, 'bob', code);
    await answerWords(guest, await keepWords(guest));
    await button(guest, 'Create my account').click();
    await inside(guest);
  });

  it('takes an invite once, and lets nobody but the owner make one', async () => {
    await openSettings(guest, 'Invites');
    await heading(guest, 'Only the owner can invite').waitFor();
    await guest.getByText(/^People come to localhost by invite, and its owner makes them\./).waitFor();
    expect(await button(guest, 'Create an invite').count()).toBe(0);
    const next = await stage.newProfile();
    await next.goto(invite);
    await begin(next, 'carol', await field(next, 'Invite').inputValue());
    await alerts(next)
      .getByText(/^This invite was used, has expired or is not from this server\./)
      .waitFor();
  });

  it('causes no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });

  async function begin(page: Page, name: string, code: string): Promise<void> {
    await field(page, 'Name').fill(name);
    await button(page, 'Suggest a password').click();
    await field(page, 'Invite').fill(code);
    await page.getByText(/^Strong enough/).waitFor();
    await button(page, 'Continue').click();
  }
});
