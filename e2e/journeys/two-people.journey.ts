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
  field,
  heading,
  link,
  mark,
  message,
  messages,
  open,
  openChats,
  openSettings,
  row,
  say,
  sees,
  signIn,
  signUp,
  startConversation,
} from '../support/person.ts';

const DAY = 86_400_000;

describe('two people in two browsers', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let bob: BrowserPerson;
  let second: Page;

  beforeAll(async () => {
    stage = await openStage();
    alice = await signUp(stage, 'alice');
    bob = await signUp(stage, 'bob');
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('an address of another server is refused with a word on whom this one knows', async () => {
    await link(alice.page, 'New conversation').click();
    await field(alice.page, 'Address').fill('bob@example.org');
    await button(alice.page, 'Start the conversation').click();
    await alerts(alice.page)
      .getByText('This server knows only its own people: their addresses end in @localhost.')
      .waitFor();
    await field(alice.page, 'Address').fill('bob');
    expect(await alerts(alice.page).count()).toBe(0);
    await openChats(alice.page);
  });

  it('nothing goes back to a stranger before the request is accepted', async () => {
    await startConversation(alice.page, bob.address);
    await say(alice.page, 'Did the lawyer send the new draft?');
    await mark(alice.page, 'Did the lawyer', 'Sent');
    await row(bob.page, 'alice').getByText('Wants to write to you').waitFor();
    await open(bob.page, 'alice');
    await sees(bob.page, 'Did the lawyer send the new draft?');
    const request = bob.page.getByRole('region', { name: 'Request' });
    await request.getByText('alice@localhost wants to write to you.').waitFor();
    expect(await composer(bob.page).count()).toBe(0);
    await mark(alice.page, 'Did the lawyer', 'Sent');
    await button(request, 'Accept').click();
    await composer(bob.page).waitFor();
    await mark(alice.page, 'Did the lawyer', 'Read');
  });

  it('a message is delivered when it arrives, and read when it is seen', async () => {
    await openSettings(bob.page, 'Account');
    await say(alice.page, 'Page 4 has the part about the garden.');
    await mark(alice.page, 'Page 4', 'Delivered');
    await expect.poll(() => bob.page.title()).toBe('(1) Account · Sotto');
    await openChats(bob.page);
    await row(bob.page, 'alice').getByText('1 unread').waitFor();
    await open(bob.page, 'alice');
    await mark(alice.page, 'Page 4', 'Read');
    expect(await row(bob.page, 'alice').getByText('unread').count()).toBe(0);
    expect(await bob.page.title()).toBe('alice · Sotto');
  });

  it('emoji are picked by name', async () => {
    await composer(bob.page).fill('Good ');
    await button(bob.page, 'Emoji').click();
    const picker = bob.page.getByRole('dialog', { name: 'Emoji' });
    await picker.getByLabel('Find an emoji').fill('thumbs');
    await button(picker, 'thumbs up').click();
    await picker.getByLabel('Find an emoji').fill('thumbs down');
    await picker.getByLabel('Find an emoji').press('Enter');
    await bob.page.keyboard.press('Escape');
    await composer(bob.page).press('Enter');
    await sees(alice.page, 'Good 👍👎');
  });

  it('a message has bold, italic, code, quotes and lists, and lines of its own', async () => {
    await composer(bob.page).pressSequentially('This is **bold**, *leaning*, ~~wrong~~ and `code`');
    await composer(bob.page).press('Shift+Enter');
    await composer(bob.page).press('Shift+Enter');
    await composer(bob.page).pressSequentially('> as you said');
    await composer(bob.page).press('Shift+Enter');
    await composer(bob.page).press('Shift+Enter');
    await composer(bob.page).pressSequentially('- first');
    await composer(bob.page).press('Shift+Enter');
    await composer(bob.page).pressSequentially('- then');
    await composer(bob.page).press('Enter');
    const shown = message(alice.page, 'This is');
    await shown.getByRole('strong').filter({ hasText: 'bold' }).waitFor();
    await shown.getByRole('emphasis').filter({ hasText: 'leaning' }).waitFor();
    await shown.getByRole('deletion').filter({ hasText: 'wrong' }).waitFor();
    await shown.getByRole('code').filter({ hasText: 'code' }).waitFor();
    await shown.getByRole('blockquote').filter({ hasText: 'as you said' }).waitFor();
    expect(await shown.getByRole('list').getByRole('listitem').allInnerTexts()).toEqual(['first', 'then']);
  });

  it('a link opens elsewhere, without a word of where it was', async () => {
    await say(alice.page, 'It is at https://example.org/draft and [your bank](https://bank.example/login)');
    const shown = message(bob.page, 'It is at');
    const plain = link(shown, 'https://example.org/draft');
    expect(await plain.getAttribute('href')).toBe('https://example.org/draft');
    expect(await plain.getAttribute('target')).toBe('_blank');
    expect(await plain.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    await link(shown, 'your bank (bank.example/login)').waitFor();
  });

  it('what was written is there after a reload, sent or not', async () => {
    await composer(alice.page).fill('half a thought');
    await link(alice.page, 'New conversation').click();
    await row(alice.page, 'bob').getByText('half a thought').waitFor();
    await alice.page.goto(stage.url);
    await open(alice.page, 'bob');
    expect(await composer(alice.page).inputValue()).toBe('half a thought');
    await composer(alice.page).fill('');
    await alice.page.reload();
    await sees(alice.page, 'Did the lawyer send the new draft?');
    await alice.page.goto(stage.url);
    await open(alice.page, 'bob');
    await sees(alice.page, 'Good 👍👎');
  });

  it('further browsers of both take part', async () => {
    second = await signIn(stage, alice);
    const secondOfBob = await signIn(stage, bob);
    await open(second, 'bob');
    await open(secondOfBob, 'alice');
    await say(bob.page, 'To both of your browsers');
    await sees(second, 'To both of your browsers');
    await sees(alice.page, 'To both of your browsers');
    await say(second, 'From the second one');
    for (const page of [bob.page, secondOfBob, alice.page]) await sees(page, 'From the second one');
    await say(secondOfBob, 'And from mine');
    for (const page of [bob.page, second, alice.page]) await sees(page, 'And from mine');
    await alice.page.getByText('bob added a new device').waitFor();
  });

  it('cause no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });
});

describe('a long conversation', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let bob: TestPerson;
  let behind = 0;

  beforeAll(async () => {
    stage = await openStage();
    alice = await signUp(stage, 'alice');
    bob = await peer(stage, 'bob', { platform: { now: () => Date.now() - behind } });
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('counts what was not read', async () => {
    behind = 2 * DAY;
    await write(bob.device, alice.address, ['Two days ago']);
    behind = DAY;
    await write(bob.device, alice.address, ['Yesterday it was']);
    behind = 0;
    const numbers = Array.from({ length: 160 }, (_, index) => `number ${index + 1}`);
    await open(alice.page, 'bob');
    await button(alice.page, 'Accept').click();
    await openSettings(alice.page, 'Account');
    await write(bob.device, alice.address, numbers);
    await openChats(alice.page);
    await row(alice.page, 'bob').getByText('99+ unread').waitFor();
    await alice.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('link', { name: /99\+ unread/ })
      .waitFor();
  });

  it('opens at its end, and goes back to its beginning as one scrolls', async () => {
    await open(alice.page, 'bob');
    await sees(alice.page, 'number 160');
    expect(await messages(alice.page).getByText('Two days ago', { exact: true }).count()).toBe(0);
    await messages(alice.page).focus();
    const beginning = alice.page.getByText(/^Encrypted end to end\. Verify bob /);
    await expect
      .poll(
        async () => {
          await alice.page.keyboard.press('Home');
          return beginning.count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    await sees(alice.page, 'Two days ago');
    await messages(alice.page).getByText('Yesterday', { exact: true }).waitFor();
    await button(alice.page, 'Go to the newest message').click();
    await sees(alice.page, 'number 160');
    expect(await row(alice.page, 'bob').getByText('unread').count()).toBe(0);
  });

  it('stays at its end when a keyboard comes up, what is written grows, or the window gets another width', async () => {
    const { page } = alice;
    const newest = messages(page).getByText('number 160', { exact: true });
    const inView = () => newest.evaluateAll(areInView);
    for (const width of [390, 1280, 390]) {
      await page.setViewportSize({ width, height: 780 });
      await expect.poll(inView).toBe(true);
    }
    await page.setViewportSize({ width: 390, height: 430 });
    await expect.poll(inView).toBe(true);
    await composer(page).fill('one\ntwo\nthree\nfour\nfive\nsix');
    await expect.poll(inView).toBe(true);
    await composer(page).fill('');
    await page.setViewportSize({ width: 390, height: 780 });
    await messages(page).focus();
    // Again, where the window was still finding its new end.
    const turnBack = async () => {
      await page.keyboard.press('PageUp');
      return inView();
    };
    await expect.poll(turnBack).toBe(false);
    await page.setViewportSize({ width: 390, height: 430 });
    await button(page, 'Go to the newest message').waitFor();
    expect(await inView()).toBe(false);
    const toNewest = async () => {
      const newer = button(page, 'Go to the newest message');
      if (await newer.isVisible()) await newer.click({ timeout: 2_000 }).catch(() => undefined);
      return inView();
    };
    await expect.poll(toNewest).toBe(true);
  });

  it('leaves its end as soon as one scrolls up, and what comes then pulls nobody back', async () => {
    const { page } = alice;
    await messages(page).focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => messages(page).evaluate(belowView)).toBeGreaterThan(30);
    await write(bob.device, alice.address, ['while you look back']);
    const last = messages(page).getByText('while you look back', { exact: true });
    await last.waitFor();
    await button(page, 'Go to the newest message').waitFor();
    expect(await last.evaluateAll(areInView)).toBe(false);
    await button(page, 'Go to the newest message').click();
    await expect.poll(() => last.evaluateAll(areInView)).toBe(true);
    await button(page, 'Go to the newest message').waitFor({ state: 'detached' });
    await write(bob.device, alice.address, ['now you see me']);
    await expect
      .poll(() => messages(page).getByText('now you see me', { exact: true }).evaluateAll(areInView))
      .toBe(true);
  });

  it('has details that Back closes, and does not open again', async () => {
    const { page } = alice;
    const details = page.getByRole('dialog', { name: 'Details' });
    await button(page, 'Details').click();
    await details.waitFor();
    await page.goBack();
    await details.waitFor({ state: 'detached' });
    for (const close of [() => button(details, 'Close').click(), () => page.keyboard.press('Escape')]) {
      await button(page, 'Details').click();
      await details.waitFor();
      await close();
      await details.waitFor({ state: 'detached' });
    }
    await page.goBack();
    await heading(page, 'Chats').waitFor();
    expect(await details.count()).toBe(0);
    await open(page, 'bob');
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('keeps only what is near the window in the page', async () => {
    expect(await messages(alice.page).getByRole('listitem').count()).toBeLessThan(80);
  });

  it('causes no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });
});

/** Pixels of the messages below what is in view. */
function belowView({ scrollHeight, scrollTop, clientHeight }: Element): number {
  return scrollHeight - scrollTop - clientHeight;
}

/** Whether they are in the page, and each as a whole within what scrolls it. */
function areInView(elements: readonly Element[]): boolean {
  const inView = elements.filter((element) => {
    const [own, view] = [element, element.closest('section')].map((part) => part?.getBoundingClientRect());
    return own !== undefined && view !== undefined && own.top >= view.top && own.bottom <= view.bottom;
  });
  return elements.length > 0 && inView.length === elements.length;
}
