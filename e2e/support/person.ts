/** What people do, by what they see: roles and names, never the inside of the page. */
import { generatePassword, systemRandom } from '@sotto/crypto';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Stage } from './browser.ts';

/** What a person knows to sign in. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

export interface BrowserPerson extends Credentials {
  readonly address: string;
  /** The 24 recovery words, with spaces between. */
  readonly words: string;
  readonly page: Page;
}

export function button(page: Page | Locator, name: string | RegExp): Locator {
  return page.getByRole('button', { name, exact: true });
}

export function link(page: Page | Locator, name: string | RegExp): Locator {
  return page.getByRole('link', { name, exact: true });
}

/** By its label, since a field for a password has no role. */
export function field(page: Page | Locator, name: string | RegExp): Locator {
  return page.getByLabel(name, { exact: true });
}

export function heading(page: Page | Locator, name: string): Locator {
  return page.getByRole('heading', { name, exact: true });
}

/** What the page says has gone wrong. */
export function alerts(page: Page | Locator): Locator {
  return page.getByRole('alert').filter({ hasText: /\S/ });
}

/** Creates an account by hand: name, password, 24 words, two of them asked back. */
export async function signUp(stage: Stage, name: string, page?: Page): Promise<BrowserPerson> {
  const own = page ?? (await stage.newProfile());
  const password = generatePassword(systemRandom);
  await own.goto(stage.url);
  await link(own, /^Create (the first account|an account)$/).click();
  await field(own, 'Name').fill(name);
  await field(own, 'Password').fill(password);
  await button(own, 'Continue').click();
  const words = await keepWords(own);
  await answerWords(own, words);
  await button(own, 'Create my account').click();
  await inside(own);
  return { name, address: `${name}@localhost`, password, words: words.join(' '), page: own };
}

/** Reads the 24 words and goes on. */
export async function keepWords(page: Page): Promise<readonly string[]> {
  const list = page.getByRole('list', { name: 'Recovery words' });
  await list.waitFor();
  const lines = await list.getByRole('listitem').allInnerTexts();
  const words = lines.map((line) => line.replace(/^\d+\.?\s*/, '').trim());
  expect(words).toHaveLength(24);
  await page.getByLabel('I have kept the 24 words in a safe place').check();
  await button(page, 'Continue').click();
  return words;
}

/** Types the words that are asked back. */
export async function answerWords(page: Page, words: readonly string[]): Promise<void> {
  await field(page, /^Word \d+$/)
    .first()
    .waitFor();
  for (const position of words.keys()) {
    const asked = field(page, `Word ${position + 1}`);
    if ((await asked.count()) > 0) await asked.fill(words[position] ?? '');
  }
}

export async function fillSignIn(page: Page, person: Credentials): Promise<void> {
  await field(page, 'Name').fill(person.name);
  await field(page, 'Password').fill(person.password);
  await button(page, 'Sign in').click();
}

/** Signs in on a page of its own, or on the one given. */
export async function signIn(stage: Stage, person: Credentials, page?: Page): Promise<Page> {
  const own = page ?? (await stage.newProfile());
  await own.goto(stage.url);
  await link(own, 'Sign in').click();
  await fillSignIn(own, person);
  await inside(own);
  return own;
}

/** Waits until the page shows the signed-in app. */
export async function inside(page: Page): Promise<void> {
  await heading(page, 'Chats').waitFor();
}

export async function startConversation(page: Page, address: string): Promise<void> {
  await link(page, 'New conversation').click();
  await field(page, 'Address').fill(address);
  await button(page, 'Start the conversation').click();
  await composer(page).waitFor();
}

export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: /^Message / });
}

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

/** The rows of the list, the newest first. */
export function conversations(page: Page): Locator {
  return page.getByRole('list', { name: 'Conversations' });
}

/** Opens the conversation with somebody from the list. */
export async function open(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await messages(page).waitFor();
}

export function row(page: Page, name: string): Locator {
  return conversations(page)
    .getByRole('listitem')
    .filter({ has: page.getByText(name, { exact: true }) })
    .getByRole('link');
}

export function messages(page: Page): Locator {
  return page.getByRole('region', { name: 'Messages' });
}

/** One message, by what it says. */
export function message(page: Page, text: string | RegExp): Locator {
  return messages(page).getByRole('listitem').filter({ hasText: text }).last();
}

export async function sees(page: Page, text: string): Promise<void> {
  await messages(page).getByText(text, { exact: true }).first().waitFor();
}

/** Waits until an own message has come that far: `Waiting to be sent`, `Sent`, `Delivered`, `Read`, `Not sent`. */
export async function mark(page: Page, text: string | RegExp, status: string): Promise<void> {
  await message(page, text).getByRole('img', { name: status, exact: true }).waitFor();
}

/** Goes to one section of the settings, by its title. */
export async function openSettings(page: Page, section: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Settings' }).click();
  await page
    .getByRole('list', { name: 'Sections' })
    .getByRole('link', { name: new RegExp(`^${section}`) })
    .click();
  await page.getByRole('heading', { name: section, exact: true, level: 1 }).waitFor();
}

export async function openChats(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Chats' }).click();
}

/** The five-digit groups that the page shows. */
export async function safetyNumber(page: Page): Promise<readonly string[]> {
  const list = page.getByRole('list', { name: /^Safety number with / });
  await list.waitFor();
  return list.getByRole('listitem').allInnerTexts();
}
