import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
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
  openSettings,
  signIn,
} from '../support/person.ts';

const REFUSED =
  'The name or the password is wrong, or there were too many tries. Check both, or wait a minute.';

const SENTENCE = /^[A-Z][^.]*\.( |$)/;

describe('an account', () => {
  let stage: Stage;
  let first: Page;
  let second: Page;
  let words: readonly string[] = [];
  const alice = { name: 'alice', password: '' };

  beforeAll(async () => {
    stage = await openStage();
    first = await stage.newProfile();
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('begins on a server that nobody uses yet, which says what to do first', async () => {
    await first.goto(stage.url);
    await heading(first, 'Your server is running').waitFor();
    await link(first, 'Create the first account').click();
    await heading(first, 'Create the first account').waitFor();
  });

  it('judges no password while the connection is away, says so, and does so with the next letter', async () => {
    await first.context().setOffline(true);
    await field(first, 'Password').fill('sunflower');
    await first.getByText(/^How strong this is could not be checked\./).waitFor();
    expect(await button(first, 'Continue').isDisabled()).toBe(true);
    await first.context().setOffline(false);
    await field(first, 'Password').fill('sunflower7');
    await first.getByText(/^(Too easy to guess|Almost there)\./).waitFor();
  });

  it('takes no weak password, says so, and suggests a strong one', async () => {
    await field(first, 'Name').fill('alice');
    await first.getByText('People find you as alice@localhost').waitFor();
    await field(first, 'Password').fill('sunflower7');
    await first
      .getByText(/^(Too easy to guess|Almost there)\. .*, or take the words that Sotto suggests\.$/)
      .waitFor();
    expect(await button(first, 'Continue').isDisabled()).toBe(true);
    await button(first, 'Suggest a password').click();
    await first.getByText(/^Strong enough\. Write it down/).waitFor();
    alice.password = await field(first, 'Password').inputValue();
    expect(alice.password.length).toBeGreaterThan(20);
    await button(first, 'Continue').click();
  });

  it('has 24 words, asks two of them back, and takes no wrong ones', async () => {
    words = await keepWords(first);
    await answerWords(
      first,
      words.map(() => 'wrong'),
    );
    await button(first, 'Create my account').click();
    await alerts(first).waitFor();
    expect(await alerts(first).innerText()).toMatch(SENTENCE);
    await button(first, 'Show the words again').click();
    expect(await keepWords(first)).toEqual(words);
    await answerWords(first, words);
    await button(first, 'Create my account').click();
    await inside(first);
  });

  it('is the owner of the server where it is the first', async () => {
    await openSettings(first, 'Account');
    await first.getByText('You are the owner of this server.').waitFor();
  });

  it('lets in whoever knows the password, and tells others nothing', async () => {
    second = await stage.newProfile();
    await second.goto(`${stage.url}/sign-in`);
    const refusals: string[] = [];
    for (const name of ['alice', 'nobody-of-that-name']) {
      await fillSignIn(second, { name, password: 'not the password of anyone' });
      await alerts(second).filter({ hasText: REFUSED }).waitFor();
      refusals.push(await second.getByRole('main').innerText());
    }
    expect(refusals[1]).toBe(refusals[0]);
    await fillSignIn(second, alice);
    await inside(second);
  });

  it('says that a name is taken where it is, and takes a whole address of this server for one', async () => {
    const page = await stage.newProfile();
    await page.goto(`${stage.url}/sign-up`);
    await field(page, 'Name').fill('alice');
    await button(page, 'Suggest a password').click();
    await page.getByText(/^Strong enough/).waitFor();
    await button(page, 'Continue').click();
    await alerts(page).getByText('This name is taken. Choose another.').waitFor();
    await field(page, 'Name').fill('Alison@localhost');
    expect(await alerts(page).count()).toBe(0);
    await page.getByText('People find you as alison@localhost').waitFor();
    await button(page, 'Continue').click();
    await heading(page, 'Your 24 recovery words').waitFor();
  });

  it('goes on with Enter pressed right behind the password, once that was judged', async () => {
    const page = await stage.newProfile();
    await page.goto(`${stage.url}/sign-up`);
    await field(page, 'Name').fill('quick');
    await field(page, 'Password').fill('sunflower7');
    await field(page, 'Password').press('Enter');
    await page.getByText(/^(Too easy to guess|Almost there)\./).waitFor();
    await field(page, 'Password').fill(`${alice.password} and more`);
    await page.getByText(/^Strong enough/).waitFor();
    expect(await heading(page, 'Your 24 recovery words').count()).toBe(0);
    await field(page, 'Password').fill(`${alice.password} and more of it`);
    await field(page, 'Password').press('Enter');
    await heading(page, 'Your 24 recovery words').waitFor();
    await page.context().close();
  });

  it('signs out, and leaves nothing behind', async () => {
    await openSettings(second, 'Account');
    await button(second, 'Sign out').click();
    await button(second.getByRole('dialog'), 'Sign out').click();
    await heading(second, 'Talk in a low voice').waitFor();
    await second.reload();
    await heading(second, 'Talk in a low voice').waitFor();
    await second.goto(`${stage.url}/chats`);
    await heading(second, 'Talk in a low voice').waitFor();
  });

  it('is entered with the 24 words, which set a new password', async () => {
    const old = { ...alice };
    await link(second, 'Sign in').click();
    await link(second, 'Forgot your password?').click();
    await field(second, 'Name').fill('alice');
    await field(second, 'Recovery words').fill(words.map((word, at) => `${at + 1}. ${word}`).join('\n'));
    await second.getByText('All 24 words are there.').waitFor();
    await button(second, 'Suggest a password').click();
    await second.getByText(/^Strong enough/).waitFor();
    alice.password = await field(second, 'New password').inputValue();
    await button(second, 'Sign in and set the password').click();
    await inside(second);
    const third = await stage.newProfile();
    await third.goto(`${stage.url}/sign-in`);
    await fillSignIn(third, old);
    await alerts(third).filter({ hasText: REFUSED }).waitFor();
    await signIn(stage, alice, third);
  });

  it('does not come back with other words', async () => {
    const page = await stage.newProfile();
    await page.goto(`${stage.url}/recover`);
    await field(page, 'Name').fill('alice');
    await field(page, 'Recovery words').fill(words.toReversed().join(' '));
    await button(page, 'Suggest a password').click();
    await page.getByText(/^Strong enough/).waitFor();
    await button(page, 'Sign in and set the password').click();
    await alerts(page).waitFor();
    expect(await alerts(page).innerText()).toMatch(SENTENCE);
    const slip = [...words.slice(0, 23), 'xyzzy'].join(' ');
    await field(page, 'Recovery words').fill(slip);
    await button(page, 'Sign in and set the password').click();
    await alerts(page).filter({ hasText: '“xyzzy”' }).waitFor();
  });

  it('causes no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });
});
