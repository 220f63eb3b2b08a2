/**
 * Through every screen of the app and every state that is designed, with people who talk. `look` is called at each,
 * and may change size and colours of the page.
 */
import type { Page } from 'playwright-core';
import type { Stage } from './browser.ts';
import {
  alerts,
  answerWords,
  button,
  field,
  fillSignIn,
  heading,
  inside,
  keepWords,
  link,
  mark,
  open,
  openSettings,
  say,
} from './person.ts';
import { changeStore } from './store.ts';
import { type Look, meetPeople, refused, settings, talk, verify, WRONG } from './walk-inside.ts';

/** The stage must be new: nobody has an account. */
export async function walk(stage: Stage, look: Look): Promise<void> {
  const page = await stage.newProfile();
  const password = await createAccount(stage, page, look);
  await meetPeople(stage, page, look);
  await talk(stage, page, look);
  await verify(stage, page, look);
  await settings(stage, page, password, look);
  await refused(stage, page, look);
  await oddities(stage, page, look);
  const other = await stage.newProfile();
  await signedOut(stage, other, look);
  await offline(stage, page, other, look);
  await locked(stage, page, password, look);
  await stopped(stage, page, look);
}

async function createAccount(stage: Stage, page: Page, look: Look): Promise<string> {
  await page.goto(stage.url);
  await heading(page, 'Your server is running').waitFor();
  await look('welcome-first', page);
  await link(page, 'Create the first account').click();
  await field(page, 'Name').fill('alice!');
  await field(page, 'Password').fill('sunflower7');
  await page.getByText(/or take the words that Sotto suggests\.$/).waitFor();
  await look('sign-up-mistakes', page);
  await field(page, 'Name').fill('alice');
  await button(page, 'Suggest a password').click();
  await page.getByText(/^Strong enough/).waitFor();
  await look('sign-up', page);
  const password = await field(page, 'Password').inputValue();
  await button(page, 'Continue').click();
  await page.getByRole('list', { name: 'Recovery words' }).waitFor();
  await look('recovery-words', page);
  const words = await keepWords(page);
  await answerWords(
    page,
    words.map(() => 'wrong'),
  );
  await button(page, 'Create my account').click();
  await alerts(page).waitFor();
  await look('words-asked-back', page);
  await answerWords(page, words);
  await button(page, 'Create my account').click();
  await inside(page);
  await look('chats-empty', page);
  return password;
}

async function oddities(stage: Stage, page: Page, look: Look): Promise<void> {
  await page.goto(`${stage.url}/nowhere`);
  await inside(page);
  await page.goto(`${stage.url}/chats/nothing-of-that-name`);
  await heading(page, 'This conversation is not here').first().waitFor();
  await look('conversation-gone', page);
  await page.goto(`${stage.url}/settings/nothing-of-that-name`);
  await page.getByRole('list', { name: 'Sections' }).waitFor();
}

async function signedOut(stage: Stage, page: Page, look: Look): Promise<void> {
  await page.route('**/workers/device-*', () => undefined);
  await page.goto(stage.url);
  await page.getByText(/^Still opening\./).waitFor();
  await look('still-opening', page);
  await page.unrouteAll();
  await page.goto(stage.url);
  await heading(page, 'Talk in a low voice').waitFor();
  await look('welcome', page);
  await link(page, 'Sign in').click();
  await look('sign-in', page);
  await fillSignIn(page, { name: 'alice', password: WRONG });
  await alerts(page).waitFor();
  await look('sign-in-wrong', page);
  await link(page, 'Forgot your password?').click();
  await field(page, 'Recovery words').fill('able baker charlie');
  await look('recover', page);
  await page.goto(`${stage.url}/nowhere`);
  await heading(page, 'There is nothing here').first().waitFor();
  await look('not-found', page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}

async function offline(stage: Stage, page: Page, other: Page, look: Look): Promise<void> {
  await page.goto(`${stage.url}/chats`);
  await open(page, 'mum');
  await stage.stopServer();
  await page.getByText(/^The server cannot be reached\. What you write/).waitFor();
  await say(page, 'On my way');
  await mark(page, 'On my way', 'Waiting to be sent');
  await look('offline', page);
  await other.goto(stage.url);
  await other.getByText('The server cannot be reached just now.').waitFor();
  await look('welcome-no-server', other);
  await stage.startServer();
  await mark(page, 'On my way', 'Delivered');
}

async function locked(stage: Stage, page: Page, password: string, look: Look): Promise<void> {
  await openSettings(page, 'Password and lock');
  const lock = page.getByRole('switch');
  await lock.click();
  await field(page, 'Your password').fill(password);
  await button(page, 'Turn on').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goto(stage.url);
  await heading(page, 'Welcome back, alice').waitFor();
  await field(page, 'Password').fill(WRONG);
  await button(page, 'Unlock').click();
  await alerts(page).waitFor();
  await look('locked', page);
  await button(page, 'I forgot my password').click();
  await look('locked-forgot', page);
}

async function stopped(stage: Stage, page: Page, look: Look): Promise<void> {
  await page.goto(`${stage.url}/icon.svg`);
  await changeStore(page, 'format', [0x81, 0x18, 0x63]);
  await page.goto(stage.url);
  await heading(page, 'Sotto has stopped on this device').waitFor();
  await look('stopped', page);
}
