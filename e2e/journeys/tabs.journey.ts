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
  openSettings,
  say,
  sees,
  signUp,
} from '../support/person.ts';

describe('several tabs of one browser', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let bob: TestPerson;
  let second: Page;
  let third: Page;

  beforeAll(async () => {
    stage = await openStage();
    [alice, bob] = await Promise.all([signUp(stage, 'alice'), peer(stage, 'bob')]);
    await write(bob.device, alice.address, ['To whichever tab']);
    await open(alice.page, 'bob');
    await button(alice.page, 'Accept').click();
    await composer(alice.page).waitFor();
    second = await another();
  });
  afterAll(async () => {
    await stage?.close();
  });

  async function another(): Promise<Page> {
    const page = await alice.page.context().newPage();
    await page.goto(stage.url);
    await inside(page);
    await open(page, 'bob');
    return page;
  }

  it('show the same: what one sends stands in the other', async () => {
    await say(alice.page, 'from the first tab');
    await sees(second, 'from the first tab');
    await say(second, 'from the second tab');
    await sees(alice.page, 'from the second tab');
    await mark(alice.page, 'from the second tab', 'Delivered');
  });

  it('are one device', async () => {
    await openSettings(second, 'Devices');
    const devices = second.getByRole('list', { name: 'Devices' }).getByRole('listitem');
    await devices.first().waitFor();
    expect(await devices.count()).toBe(1);
    await second.goBack();
    await second.goto(stage.url);
    await open(second, 'bob');
  });

  it('go on when the one that holds the device is closed', async () => {
    third = await another();
    await Promise.all([alice.page.close(), say(second, 'after the first is gone')]);
    await mark(third, 'after the first is gone', 'Delivered');
    await write(bob.device, alice.address, ['Still there?']);
    await sees(second, 'Still there?');
    await sees(third, 'Still there?');
    await Promise.all([second.close(), say(third, 'and after the second')]);
    await mark(third, 'and after the second', 'Delivered');
  });

  it('sign out together', async () => {
    const fourth = await another();
    await write(bob.device, alice.address, ['For your eyes only']);
    for (const page of [third, fourth]) {
      await page.getByRole('status').getByText('bob: For your eyes only').waitFor({ state: 'attached' });
    }
    // A tab behind another one draws once a second.
    await third.bringToFront();
    await openSettings(third, 'Account');
    await button(third, 'Sign out').click();
    await button(third.getByRole('dialog'), 'Sign out').click();
    await heading(third, 'Talk in a low voice').waitFor();
    await heading(fourth, 'Talk in a low voice').waitFor();
    for (const page of [third, fourth]) expect(await page.content()).not.toContain('your eyes');
  });

  it('cause no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });
});
