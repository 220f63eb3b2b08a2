import type { TestPerson } from '@sotto/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
import { peer, write } from '../support/peer.ts';
import {
  alerts,
  type BrowserPerson,
  button,
  composer,
  conversations,
  field,
  heading,
  inside,
  link,
  mark,
  open,
  openChats,
  openSettings,
  row,
  say,
  sees,
  signIn,
  signUp,
} from '../support/person.ts';

describe('whom one does not want to hear from', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let page: Page;
  let bob: TestPerson;
  let eve: TestPerson;

  beforeAll(async () => {
    stage = await openStage();
    [alice, bob, eve] = await Promise.all([signUp(stage, 'alice'), peer(stage, 'bob'), peer(stage, 'eve')]);
    page = alice.page;
    await write(bob.device, alice.address, ['Hello from bob']);
    await open(page, 'bob');
    await button(page, 'Accept').click();
    await composer(page).waitFor();
    await write(eve.device, alice.address, ['Buy this']);
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('is blocked after a second yes, and not before', async () => {
    await open(page, 'eve');
    await button(page, 'Block').click();
    await button(dialog('eve'), 'Cancel').click();
    await button(page, 'Accept').waitFor();
    await button(page, 'Block').click();
    await dialog('eve')
      .getByText(/^The conversation leaves your list/)
      .waitFor();
    await button(dialog('eve'), 'Block').click();
    await expect.poll(() => row(page, 'eve').count()).toBe(0);
    await heading(page, 'Choose a conversation').waitFor();
  });

  it('is not heard from then on, in any browser', async () => {
    await write(eve.device, alice.address, ['Buy that']);
    await write(bob.device, alice.address, ['Still there?']);
    await row(page, 'bob').getByText('Still there?').waitFor();
    expect(await row(page, 'eve').count()).toBe(0);
    const second = await signIn(stage, alice);
    await row(second, 'bob').waitFor();
    await openSettings(second, 'Blocked people');
    await blocked(second).getByText('eve@localhost').waitFor();
    await openChats(second);
    await write(eve.device, alice.address, ['And this']);
    await write(bob.device, alice.address, ['Both of you?']);
    await row(second, 'bob').getByText('Both of you?').waitFor();
    expect(await row(second, 'eve').count()).toBe(0);
    await second.context().close();
  });

  it('is found by Ctrl K as blocked, and offered to nobody who writes', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to' }).fill('eve');
    await page.getByRole('option', { name: /^eve is blocked/ }).waitFor();
    await page.keyboard.press('Enter');
    await heading(page, 'Blocked people').waitFor();
    await openChats(page);
    await link(page, 'New conversation').click();
    await heading(page, 'People you know').waitFor();
    expect(await button(page, /eve/).count()).toBe(0);
    await field(page, 'Address').fill('eve');
    await page.getByText('You have blocked eve@localhost. Writing to them takes that back.').waitFor();
    await button(page, 'Unblock and write').waitFor();
  });

  it('may write again once it is taken back', async () => {
    await openSettings(page, 'Blocked people');
    await button(page, 'Unblock eve').click();
    await heading(page, 'You have blocked nobody').waitFor();
    await openChats(page);
    await open(page, 'eve');
    await say(page, 'Say it nicely');
    await mark(page, 'Say it nicely', 'Delivered');
    await write(eve.device, alice.address, ['I am sorry']);
    await sees(page, 'I am sorry');
  });

  it('can be somebody whom one has talked to', async () => {
    await open(page, 'bob');
    await button(page, 'Details').click();
    await button(page, 'Block bob').click();
    await button(dialog('bob'), 'Block').click();
    await expect.poll(() => row(page, 'bob').count()).toBe(0);
    await page.reload();
    await inside(page);
    await row(page, 'eve').waitFor();
    expect(await conversations(page).getByRole('listitem').count()).toBe(1);
    expect(await alerts(page).count()).toBe(0);
  });

  it('causes no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });

  function dialog(name: string) {
    return page.getByRole('dialog', { name: `Block ${name}?` });
  }

  function blocked(where: Page) {
    return where.getByRole('list', { name: 'Blocked people' });
  }
});
