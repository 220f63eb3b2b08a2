import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { conversationWith, type TestPerson, texts } from '@sotto/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
import { peer, write } from '../support/peer.ts';
import {
  type BrowserPerson,
  button,
  composer,
  heading,
  mark,
  message,
  messages,
  open,
  row,
  say,
  sees,
  signUp,
} from '../support/person.ts';

const OFFLINE = 'You are offline. What you write is sent when you are back.';
const NO_SERVER = 'The server cannot be reached. What you write is sent when it can be.';

describe('without a connection', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let bob: TestPerson;

  beforeAll(async () => {
    stage = await openStage();
    [alice, bob] = await Promise.all([signUp(stage, 'alice'), peer(stage, 'bob')]);
    await write(bob.device, alice.address, ['Before the tunnel']);
    await open(alice.page, 'bob');
    await button(alice.page, 'Accept').click();
    await composer(alice.page).waitFor();
    await alice.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('a quiet bar says so, and what is written waits', async () => {
    await stage.stopServer();
    await alice.page.getByText(NO_SERVER).waitFor();
    for (const text of ['first', 'second', 'third']) await say(alice.page, text);
    await mark(alice.page, 'third', 'Waiting to be sent');
    await sees(alice.page, 'Before the tunnel');
  });

  it('the app opens, and everything can be read and written to', async () => {
    await alice.page.context().setOffline(true);
    await alice.page.getByText(OFFLINE).waitFor();
    await alice.page.reload();
    await alice.page.getByText(OFFLINE).waitFor();
    await sees(alice.page, 'Before the tunnel');
    await mark(alice.page, 'third', 'Waiting to be sent');
    await alice.page.goto(stage.url);
    await row(alice.page, 'bob').getByText('You: third').waitFor();
    await open(alice.page, 'bob');
    await say(alice.page, 'fourth');
    await mark(alice.page, 'fourth', 'Waiting to be sent');
  });

  it('a file that is opened by its address is that file, and not the app', async () => {
    const page = await alice.page.context().newPage();
    await page.goto(`${stage.url}/icon.svg`);
    expect(await page.evaluate(() => document.documentElement.tagName)).toBe('svg');
    await page.close();
  });

  it('what waited goes out once and in order when the connection is back', async () => {
    await alice.page.context().setOffline(false);
    await stage.startServer();
    await mark(alice.page, 'fourth', 'Delivered');
    await say(alice.page, 'fifth');
    const conversation = await conversationWith(bob.device, alice.address);
    expect(await texts(bob.device, conversation, 6)).toEqual([
      'Before the tunnel',
      'first',
      'second',
      'third',
      'fourth',
      'fifth',
    ]);
    await mark(alice.page, 'fifth', 'Delivered');
    const shown = await messages(alice.page).getByRole('listitem').allInnerTexts();
    const counted = ['first', 'second', 'third', 'fourth', 'fifth'].map(
      (text) => shown.filter((line) => line.split('\n').some((part) => part.trim() === text)).length,
    );
    expect(counted).toEqual([1, 1, 1, 1, 1]);
    for (const text of [OFFLINE, NO_SERVER]) expect(await alice.page.getByText(text).count()).toBe(0);
  });

  it('a message that the server refuses says so, and may be discarded, or tried again in the conversation begun anew', async () => {
    const { page } = alice;
    closeGroups(stage.data);
    await say(page, 'to be thrown away');
    const refused = message(page, 'to be thrown away');
    await refused.getByText('The server did not take this message.').waitFor();
    await refused.getByRole('img', { name: 'Not sent', exact: true }).waitFor();
    await messages(page).getByText('The next message begins it anew.').waitFor();
    await button(refused, 'Discard').click();
    await expect.poll(() => messages(page).getByText('to be thrown away').count()).toBe(0);
    await say(page, 'begun anew');
    const conversation = await conversationWith(bob.device, alice.address);
    await texts(bob.device, conversation, 7);
    closeGroups(stage.data);
    await say(page, 'to be tried again');
    const failed = message(page, 'to be tried again');
    await failed.getByText('The server did not take this message.').waitFor();
    await button(failed, 'Try again').click();
    const all = await texts(bob.device, conversation, 8);
    expect(all.slice(6)).toEqual(['begun anew', 'to be tried again']);
  });

  it('a page that nobody has visited yet says what is the matter', async () => {
    const page = await stage.newProfile();
    await page.goto(stage.url);
    await heading(page, 'Talk in a low voice').waitFor();
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await stage.stopServer();
    await page.reload();
    await page.getByText('The server cannot be reached just now.').waitFor();
    await stage.startServer();
    await page.getByText('You are at localhost.').waitFor();
  });

  it('nothing causes an error, a violation of the policy or a request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });
});

/** From now on the server takes nothing of what is sent to any group that there is. */
function closeGroups(data: string): void {
  const database = new DatabaseSync(join(data, 'sotto.db'), { timeout: 5_000 });
  database.exec('UPDATE readers SET until = 1000000 WHERE until IS NULL');
  database.close();
}
