import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { conversationWith, type TestPerson } from '@sotto/testkit';
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
  link,
  mark,
  messages,
  open,
  row,
  safetyNumber,
  say,
  sees,
  signIn,
  signUp,
  startConversation,
} from '../support/person.ts';

const LONG = 'maximilian-alexander-von-und-zu-hohenlohe-waldenburg-schillings';

describe('verifying a person', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let bob: BrowserPerson;
  let carol: TestPerson;

  beforeAll(async () => {
    stage = await openStage();
    alice = await signUp(stage, 'alice');
    [bob, carol] = await Promise.all([signUp(stage, 'bob'), peer(stage, 'carol')]);
    await startConversation(alice.page, bob.address);
    await say(alice.page, 'Shall we compare?');
    await open(bob.page, 'alice');
    await button(bob.page, 'Accept').click();
    await composer(bob.page).waitFor();
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('both see the same number and a code to scan', async () => {
    await link(alice.page, 'Verify bob').click();
    await link(bob.page, 'Verify alice').click();
    const seen = await safetyNumber(alice.page);
    expect(seen).toHaveLength(12);
    for (const group of seen) expect(group).toMatch(/^\d{5}$/);
    expect(await safetyNumber(bob.page)).toEqual(seen);
    await alice.page.getByRole('img', { name: 'QR code of your safety number with bob' }).waitFor();
  });

  it('another number is told from the right one, and changes nothing', async () => {
    const [first = '', ...rest] = await safetyNumber(bob.page);
    const other = [first.startsWith('1') ? '2' : '1', first.slice(1)].join('');
    await compare(rest.join(' '));
    await alerts(alice.page).filter({ hasText: 'one has 60 digits' }).waitFor();
    await compare([other, ...rest].join(' '));
    await alice.page.getByText(/^Not the same\./).waitFor();
    await button(alice.page, 'The numbers are the same').waitFor();
  });

  it('the number that the other one sees verifies, and the mark stays', async () => {
    await compare((await safetyNumber(bob.page)).join(' '));
    await alice.page.getByText('The same. bob is verified now.').waitFor();
    await row(alice.page, 'bob').getByRole('img', { name: 'Verified' }).waitFor();
    await button(alice.page, 'Back to bob').click();
    await alice.page.getByText('Verified · bob@localhost').waitFor();
    await alice.page.reload();
    await alice.page.getByText('Verified · bob@localhost').waitFor();
  });

  it('changed keys of a person who is not verified are a note', async () => {
    await write(carol.device, alice.address, ['From the true carol']);
    await open(alice.page, 'carol');
    await button(alice.page, 'Accept').click();
    await composer(alice.page).waitFor();
    await takeName('carol');
    await noteOf('carol').waitFor();
    await composer(alice.page).waitFor();
    expect(await alice.page.getByRole('region', { name: 'Sending is stopped' }).count()).toBe(0);
  });

  it('a new device of the verified person changes nothing of that, and is heard', async () => {
    await open(alice.page, 'bob');
    const second = await signIn(stage, bob);
    await messages(alice.page).getByText('bob added a new device').waitFor();
    await row(alice.page, 'bob').getByRole('img', { name: 'Verified' }).waitFor();
    await say(alice.page, 'To your new one too');
    await open(second, 'alice');
    await sees(second, 'To your new one too');
    await say(second, 'It has arrived');
    await sees(alice.page, 'It has arrived');
    expect(await alice.page.getByRole('region', { name: 'Sending is stopped' }).count()).toBe(0);
    await alice.page.getByText('Verified · bob@localhost').waitFor();
    await second.context().close();
  });

  it('and so does a new device of the one who verified, which knows it without comparing', async () => {
    const second = await signIn(stage, alice);
    await row(second, 'bob').getByRole('img', { name: 'Verified' }).waitFor();
    await second.context().close();
  });

  it('changed keys of a verified person stop sending until somebody decides', async () => {
    await open(alice.page, 'bob');
    await say(alice.page, 'To the one whom I know');
    await mark(alice.page, 'To the one whom I know', 'Delivered');
    const impostor = await takeName('bob');
    await noteOf('bob').waitFor();
    const stopped = alice.page.getByRole('region', { name: 'Sending is stopped' });
    await stopped.getByText(/^The keys of bob@localhost have changed since you verified them\./).waitFor();
    expect(await composer(alice.page).count()).toBe(0);
    await alice.page.getByText('Identity changed · bob@localhost').waitFor();
    await alice.page.reload();
    await stopped.waitFor();
    await button(stopped, 'Compare again').click();
    const seen = await safetyNumber(alice.page);
    expect(seen).not.toEqual(await safetyNumber(bob.page));
    const theirs = await impostor.device.call('safetyNumber', { address: alice.address });
    expect(seen).toEqual(theirs.groups);
  });

  it('going on without comparing takes a second yes', async () => {
    await button(alice.page, 'Back to bob').click();
    const stopped = alice.page.getByRole('region', { name: 'Sending is stopped' }).first();
    await button(stopped, 'Go on without comparing').click();
    const dialog = alice.page.getByRole('dialog', { name: 'Go on without comparing?' });
    await dialog.getByText(/^Someone else could be writing as bob\./).waitFor();
    await button(dialog, 'Go on').click();
    await expect.poll(() => stopped.count()).toBe(0);
    expect(await row(alice.page, 'bob').getByRole('img', { name: 'Verified' }).count()).toBe(0);
  });

  it('a long name has room on a phone, whole or cut off', async () => {
    const { page } = alice;
    await page.setViewportSize({ width: 390, height: 780 });
    await page.goto(`${stage.url}/chats`);
    const long = await peer(stage, LONG);
    await write(long.device, alice.address, ['Call me Max']);
    await open(page, LONG);
    await button(page, 'Accept').click();
    await composer(page).waitFor();
    expect(await cutOff(page)).toEqual([]);
    await button(page, 'Details').click();
    const details = page.getByRole('dialog', { name: 'Details' });
    await button(details, `Block ${LONG}`).waitFor();
    expect(await cutOff(page)).toEqual([]);
    await button(details, `Verify ${LONG}`).click();
    await safetyNumber(page);
    expect(await cutOff(page)).toEqual([]);
    const title = page.getByRole('heading', { name: `Verify ${LONG}` });
    expect((await title.boundingBox())?.height).toBeLessThan(40);
  });

  it('causes no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });

  async function compare(number: string): Promise<void> {
    await field(alice.page, 'Or type or paste the number that bob sees').fill(number);
    await button(alice.page, 'Compare').click();
  }

  /** The server gives the name to somebody else, who writes to alice. */
  async function takeName(name: string): Promise<TestPerson> {
    const database = new DatabaseSync(join(stage.data, 'sotto.db'), { timeout: 5_000 });
    database.prepare('UPDATE accounts SET name = ? WHERE name = ?').run(`${name}-before`, name);
    database.close();
    const impostor = await peer(stage, name);
    await write(impostor.device, alice.address, [`I am ${name}, believe me`]);
    await conversationWith(impostor.device, alice.address);
    return impostor;
  }

  function noteOf(name: string) {
    const text = `${name} has new keys. If you did not expect this, ask them in another way.`;
    return messages(alice.page).getByText(text);
  }
});

/** What can be pressed or heads the page and reaches out of the window, or has a part of its words outside of itself. */
function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const parts = [...document.querySelectorAll('button, a, h1, h2, h3')];
    const bad = parts.filter((part) => {
      const { width, left, right } = part.getBoundingClientRect();
      const { overflowX } = getComputedStyle(part);
      const spills = part.scrollWidth > part.clientWidth + 1 && overflowX === 'visible';
      return width > 1 && (left < 0 || right > innerWidth || (spills && part.clientWidth > 0));
    });
    return bad.map((part) => part.outerHTML.slice(0, 160));
  });
}
