import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
import { peer, write } from '../support/peer.ts';
import {
  alerts,
  type BrowserPerson,
  button,
  field,
  heading,
  inside,
  open,
  openSettings,
  sees,
  signUp,
} from '../support/person.ts';

const WRONG = /^This is not the password\. If you changed it on another device,/;

describe('the lock', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage();
    const [signedUp, bob] = await Promise.all([signUp(stage, 'alice'), peer(stage, 'bob')]);
    alice = signedUp;
    page = alice.page;
    await write(bob.device, alice.address, ['For your eyes']);
    await open(page, 'bob');
    await button(page, 'Accept').click();
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('is turned on with the password, and with no other', async () => {
    await openSettings(page, 'Password and lock');
    await lockSwitch().click();
    const dialog = page.getByRole('dialog', { name: 'Turn the lock on' });
    await field(dialog, 'Your password').fill('not my password at all');
    await button(dialog, 'Turn on').click();
    await alerts(dialog).waitFor();
    await field(dialog, 'Your password').fill(alice.password);
    await button(dialog, 'Turn on').click();
    await expect.poll(() => lockSwitch().isChecked()).toBe(true);
  });

  it('asks when Sotto opens, and opens with the password alone', async () => {
    await page.reload();
    await heading(page, 'Welcome back, alice').waitFor();
    expect(await page.getByText('bob').count()).toBe(0);
    await unlock('not my password at all');
    await alerts(page).filter({ hasText: WRONG }).waitFor();
    await unlock(alice.password);
    await page.getByRole('switch').waitFor();
    await page.goto(stage.url);
    await heading(page, 'Welcome back, alice').waitFor();
    await unlock(alice.password);
    await inside(page);
    await open(page, 'bob');
    await sees(page, 'For your eyes');
  });

  it('opens without a connection too', async () => {
    await stage.stopServer();
    await page.context().setOffline(true);
    await page.goto(stage.url);
    await heading(page, 'Welcome back, alice').waitFor();
    await unlock('not my password at all');
    await alerts(page).filter({ hasText: WRONG }).waitFor();
    await unlock(alice.password);
    await inside(page);
    await open(page, 'bob');
    await sees(page, 'For your eyes');
    await page.context().setOffline(false);
    await stage.startServer();
  });

  it('is turned off with the password', async () => {
    await openSettings(page, 'Password and lock');
    await lockSwitch().click();
    const dialog = page.getByRole('dialog', { name: 'Turn the lock off' });
    await field(dialog, 'Your password').fill(alice.password);
    await button(dialog, 'Turn off').click();
    await expect.poll(() => lockSwitch().isChecked()).toBe(false);
    await page.goto(stage.url);
    await inside(page);
  });

  it('does not keep anybody who forgot the password from signing out', async () => {
    await openSettings(page, 'Password and lock');
    await lockSwitch().click();
    await field(page, 'Your password').fill(alice.password);
    await button(page, 'Turn on').click();
    await expect.poll(() => lockSwitch().isChecked()).toBe(true);
    await page.goto(stage.url);
    await button(page, 'I forgot my password').click();
    await button(page.getByRole('dialog', { name: 'Forgot your password?' }), 'Sign out').click();
    await heading(page, 'Talk in a low voice').waitFor();
  });

  it('causes no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });

  function lockSwitch() {
    return page.getByRole('switch', { name: 'Ask for my password when Sotto opens' });
  }

  async function unlock(password: string): Promise<void> {
    await field(page, 'Password').fill(password);
    await button(page, 'Unlock').click();
  }
});
