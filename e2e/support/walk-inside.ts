/** The part of the walk inside the workspace: people, conversations, verifying, settings. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestPerson } from '@sotto/testkit';
import type { Page } from 'playwright-core';
import type { Stage } from './browser.ts';
import { addDevice, peer, write } from './peer.ts';
import {
  alerts,
  button,
  composer,
  field,
  heading,
  link,
  mark,
  message,
  open,
  openSettings,
  row,
  safetyNumber,
  say,
} from './person.ts';

/** @param name in kebab-case, one for each screen */
export type Look = (name: string, page: Page) => Promise<void>;

export const WRONG = 'not my password at all';
const DAY = 86_400_000;
const ALICE = 'alice@localhost';

export async function meetPeople(stage: Stage, page: Page, look: Look): Promise<void> {
  await link(page, 'New conversation').click();
  await field(page, 'Address').fill('nobody');
  await button(page, 'Start the conversation').click();
  await alerts(page).waitFor();
  await look('new-conversation-unknown', page);
  await befriend(page, await peer(stage, 'mum'), 'Call me when you are home ❤️');
  await from(await peer(stage, 'elif'), ['Hello, we met at the market']);
  await open(page, 'elif');
  await look('request', page);
  await page.goto(`${stage.url}/chats/new`);
  await page.getByRole('heading', { name: 'People you know' }).waitFor();
  await look('new-conversation', page);
  await page.goto(`${stage.url}/chats`);
  await row(page, 'mum').waitFor();
}

async function from(person: TestPerson, texts: readonly string[]): Promise<void> {
  await write(person.device, ALICE, texts);
}

/** Somebody writes, and is accepted. */
async function befriend(page: Page, person: TestPerson, text: string): Promise<void> {
  await from(person, [text]);
  await open(page, person.name);
  await button(page, 'Accept').click();
  await composer(page).waitFor();
}

export async function talk(stage: Stage, page: Page, look: Look): Promise<void> {
  let behind = DAY;
  const jun = await peer(stage, 'jun');
  await befriend(page, jun, 'It is a long story. '.repeat(220));
  await button(page, 'Show all of it').waitFor();
  await look('long-message', page);
  const nadia = await peer(stage, 'nadia', { platform: { now: () => Date.now() - behind } });
  await befriend(page, nadia, 'Who has the shed key?');
  behind = 0;
  await from(nadia, ['Did the lawyer send the new draft?']);
  await say(page, 'Here it is: https://example.org/lease-draft-3. Page 4 has the part about the **garden**.');
  await from(nadia, [
    'That is *much* better than last time.',
    '> Page 4 has the part about the garden.\n\nCan you sign before Friday?',
    'We need:\n\n1. the signed copy\n2. the key\n\n```\nrent = 12 * monthly + deposit  // as in the table of the annex, page 7\n```',
  ]);
  await say(page, 'I’ll bring the signed copy tomorrow 👍');
  await mark(page, 'I’ll bring', 'Delivered');
  await from(nadia, ['Thank you']);
  await from(jun, ['One', 'Two', 'Three']);
  await row(page, 'jun').getByText('3 unread').waitFor();
  await look('conversation', page);
  await button(page, 'Details').click();
  await heading(page, 'Details').waitFor();
  await look('details', page);
  await page.goBack();
  await heading(page, 'Details').waitFor({ state: 'detached' });
  await button(page, 'Emoji').click();
  await page.getByRole('dialog', { name: 'Emoji' }).waitFor();
  await look('emoji', page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).waitFor();
  await look('switcher', page);
  await page.keyboard.type('xyzzy');
  await page.getByText(/^Nothing found\./).waitFor();
  await look('switcher-nothing', page);
  await page.keyboard.press('Escape');
  await page.goto(`${stage.url}/chats`);
  await row(page, 'jun').waitFor();
  await look('chats', page);
}

export async function verify(stage: Stage, page: Page, look: Look): Promise<void> {
  await open(page, 'nadia');
  await link(page, 'Verify nadia').click();
  const number = await safetyNumber(page);
  await look('verify', page);
  const compare = async (text: string) => {
    await field(page, 'Or type or paste the number that nadia sees').fill(text);
    await button(page, 'Compare').click();
  };
  await compare(number.toReversed().join(' '));
  await page.getByText(/^Not the same\./).waitFor();
  await look('verify-different', page);
  await compare(number.join(' '));
  await page.getByText(/^The same\./).waitFor();
  await look('verified', page);
  await button(page, 'Scan the code').click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await look('verify-no-camera', page);
  await page.keyboard.press('Escape');
  await button(page, 'Back to nadia').click();
  await rename(stage, 'nadia');
  await from(await peer(stage, 'nadia'), ['It is me']);
  await page.getByRole('region', { name: 'Sending is stopped' }).waitFor();
  await look('identity-changed', page);
  await button(page, 'Go on without comparing').click();
  await look('go-on-without-comparing', page);
  await page.keyboard.press('Escape');
}

/** The server takes a name from an account. */
async function rename(stage: Stage, name: string): Promise<void> {
  const database = new DatabaseSync(join(stage.data, 'sotto.db'), { timeout: 5_000 });
  database.prepare('UPDATE accounts SET name = ? WHERE name = ?').run(`${name}-before`, name);
  database.close();
}

export async function settings(stage: Stage, page: Page, password: string, look: Look): Promise<void> {
  const desk = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${stage.url}/settings`);
  await page.getByRole('list', { name: 'Sections' }).waitFor();
  await look('settings', page);
  if (desk !== null) await page.setViewportSize(desk);
  await openSettings(page, 'Account');
  await look('settings-account', page);
  await button(page, 'Sign out').click();
  await look('settings-sign-out', page);
  await page.keyboard.press('Escape');
  await openSettings(page, 'Appearance');
  await look('settings-appearance', page);
  await devices(stage, page, password, look);
  await openSettings(page, 'Password and lock');
  await look('settings-security', page);
  await page.getByRole('switch').click();
  await field(page, 'Your password').fill(WRONG);
  await button(page, 'Turn on').click();
  await alerts(page.getByRole('dialog')).waitFor();
  await look('settings-lock-wrong', page);
  await page.keyboard.press('Escape');
  await openSettings(page, 'Invites');
  await heading(page, 'No invite is needed').waitFor();
  await look('settings-invites', page);
  await openSettings(page, 'Blocked people');
  await heading(page, 'You have blocked nobody').waitFor();
  await look('settings-blocked-nobody', page);
  await blockElif(stage, page, look);
  await openSettings(page, 'Your data');
  await look('settings-data', page);
}

async function blockElif(stage: Stage, page: Page, look: Look): Promise<void> {
  await page.goto(`${stage.url}/chats`);
  await open(page, 'elif');
  await button(page, 'Block').click();
  await look('block', page);
  await button(page.getByRole('dialog'), 'Block').click();
  await openSettings(page, 'Blocked people');
  await button(page, 'Unblock elif').waitFor();
  await look('settings-blocked', page);
  await button(page, 'Unblock elif').click();
  await heading(page, 'You have blocked nobody').waitFor();
}

async function devices(stage: Stage, page: Page, password: string, look: Look): Promise<void> {
  await addDevice(stage, { name: 'alice', password }, 'Second');
  await openSettings(page, 'Devices');
  await button(page, 'Remove Second').waitFor();
  await look('settings-devices', page);
  await button(page, 'Rename').click();
  await look('settings-rename', page);
  await page.keyboard.press('Escape');
  await button(page, 'Remove Second').click();
  await look('settings-remove', page);
  await page.keyboard.press('Escape');
}

/** The server takes no message any more. */
export async function refused(stage: Stage, page: Page, look: Look): Promise<void> {
  await page.goto(`${stage.url}/chats`);
  await open(page, 'mum');
  const database = new DatabaseSync(join(stage.data, 'sotto.db'), { timeout: 5_000 });
  database.exec('UPDATE readers SET until = 1000000 WHERE until IS NULL');
  await say(page, 'This one is refused');
  await message(page, 'This one is refused').getByRole('img', { name: 'Not sent' }).waitFor();
  await look('message-failed', page);
  database.exec('UPDATE readers SET until = NULL WHERE until = 1000000');
  database.close();
}
