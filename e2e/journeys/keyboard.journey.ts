import type { TestPerson } from '@sotto/testkit';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
import { peer, write } from '../support/peer.ts';
import { button, composer, field, heading, inside, link, mark, row, sees } from '../support/person.ts';

describe('by keyboard alone', () => {
  let stage: Stage;
  let page: Page;
  let alice: TestPerson;
  let bob: TestPerson;

  beforeAll(async () => {
    stage = await openStage();
    [alice, bob] = await Promise.all([peer(stage, 'alice'), peer(stage, 'bob')]);
    await write(bob.device, alice.address, ['Are you there?']);
    const { device } = alice;
    const [request] = await device.until('conversations', null, (value) => value.length === 1);
    await device.call('acceptRequest', { conversation: request?.id ?? '' });
    page = await stage.newProfile();
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('one signs in', async () => {
    await page.goto(stage.url);
    await heading(page, 'Talk in a low voice').waitFor();
    await tabTo(link(page, 'Sign in'));
    await page.keyboard.press('Enter');
    await has(field(page, 'Name'));
    await page.keyboard.type(alice.name);
    await tabTo(field(page, 'Password'));
    await page.keyboard.type(alice.password);
    await page.keyboard.press('Enter');
    await inside(page);
  });

  it('one opens a conversation with Ctrl K, and writes', async () => {
    await page.keyboard.press('Control+k');
    await has(page.getByRole('combobox', { name: 'Go to' }));
    await page.keyboard.type('bo');
    await page.keyboard.press('Enter');
    await has(composer(page));
    await page.keyboard.type('Without a mouse');
    await page.keyboard.press('Enter');
    await mark(page, 'Without a mouse', 'Delivered');
    await has(composer(page));
  });

  it('Escape closes what Ctrl K opened, and gives the focus back', async () => {
    await page.keyboard.press('Control+k');
    await has(page.getByRole('combobox', { name: 'Go to' }));
    await page.keyboard.press('Escape');
    await has(composer(page));
  });

  it('details beside a conversation are closed by their button or by Escape, which give the focus back', async () => {
    const details = button(page, 'Details');
    const pane = page.getByRole('complementary', { name: 'Details' });
    for (const key of ['Enter', 'Escape']) {
      await tabTo(details);
      await page.keyboard.press('Enter');
      await tabTo(button(pane, 'Close details'));
      await page.keyboard.press(key);
      await pane.waitFor({ state: 'detached' });
      await has(details);
    }
    await page.keyboard.press('Enter');
    await tabTo(button(pane, 'Block bob'));
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Block bob?' }).waitFor();
    await page.keyboard.press('Escape');
    await has(button(pane, 'Block bob'));
    await page.keyboard.press('Escape');
    await has(details);
  });

  it('arrows go through the list of conversations', async () => {
    await write((await peer(stage, 'carol')).device, alice.address, ['Me too']);
    await row(page, 'carol').waitFor();
    await tabTo(row(page, 'carol'));
    await page.keyboard.press('ArrowDown');
    await has(row(page, 'bob'));
    await page.keyboard.press('ArrowUp');
    await has(row(page, 'carol'));
    await page.keyboard.press('Enter');
    await sees(page, 'Me too');
    await tabTo(button(page, 'Accept'));
    await page.keyboard.press('Enter');
    await composer(page).waitFor();
  });

  it('settings, their dialogs and the way back are reached', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('devices');
    await page.keyboard.press('Enter');
    await heading(page, 'Devices').waitFor();
    await tabTo(button(page, 'Rename'));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Rename this device' });
    await has(field(dialog, 'Name'));
    await page.keyboard.press('Escape');
    await has(button(page, 'Rename'));
    await tabTo(page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Chats' }));
    await page.keyboard.press('Enter');
    await inside(page);
  });

  it('the first stop of a page skips what is the same on all of them', async () => {
    await page.reload();
    await row(page, 'bob').waitFor();
    await tabTo(button(page, 'Skip to content'));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.getByRole('main').locator(':focus').count()).toBe(1);
  });

  it('causes no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });

  /** Waits until it has the focus. */
  async function has(wanted: Locator): Promise<void> {
    await wanted.and(page.locator(':focus')).waitFor();
  }

  /** Goes on with Tab until it has the focus; every stop on the way must show. */
  async function tabTo(wanted: Locator): Promise<void> {
    await wanted.waitFor();
    for (let presses = 0; presses < 60; presses++) {
      if ((await wanted.and(page.locator(':focus')).count()) > 0) return;
      await page.keyboard.press('Tab');
      await showsFocus(page);
    }
    throw new Error(`Tab does not reach ${wanted}.`);
  }
});

/** Fails where what has the focus does not look otherwise than it would without. */
async function showsFocus(page: Page): Promise<void> {
  const hidden = await page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return null;
    const look = () => {
      const parts = [element, element.parentElement, element.parentElement?.parentElement];
      return parts
        .map((part) => {
          if (part === null || part === undefined) return '';
          const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } =
            getComputedStyle(part);
          const outline = outlineStyle === 'none' ? '' : `${outlineStyle} ${outlineWidth}`;
          return `${outline}|${boxShadow}|${borderColor}|${backgroundColor}`;
        })
        .join();
    };
    const settle = () => {
      for (const animation of document.getAnimations()) animation.finish();
    };
    settle();
    const focused = look();
    element.blur();
    settle();
    const without = look();
    element.focus({ focusVisible: true } as FocusOptions);
    return focused === without ? element.outerHTML.slice(0, 200) : null;
  });
  expect(hidden).toBeNull();
}
