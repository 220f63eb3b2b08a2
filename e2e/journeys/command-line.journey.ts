import { generatePassword, systemRandom } from '@sotto/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import {
  type BrowserPerson,
  button,
  field,
  link,
  mark,
  open,
  row,
  safetyNumber,
  say,
  sees,
  signUp,
} from '../support/person.ts';

describe('one person in the browser and one on the command line', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let carol: CommandLine;

  beforeAll(async () => {
    stage = await openStage();
    alice = await signUp(stage, 'alice');
    carol = commandLine(stage);
    await carol.run(['signup', 'carol@localhost'], `${generatePassword(systemRandom)}\n`);
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('the terminal writes first, and the browser accepts', async () => {
    await carol.run(['send', 'alice@localhost', 'From a **terminal**']);
    await open(alice.page, 'carol');
    await button(alice.page, 'Accept').click();
    await alice.page.getByRole('strong').filter({ hasText: 'terminal' }).waitFor();
  });

  it('the browser answers, and the terminal reads it', async () => {
    await say(alice.page, 'To the terminal');
    await mark(alice.page, 'To the terminal', 'Sent');
    const lines = (await carol.run(['read', 'alice@localhost', '--json'])).trim().split('\n');
    const texts = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'message');
    expect(texts.map(({ from, text }) => [from, text])).toEqual([
      ['carol@localhost', 'From a **terminal**'],
      ['alice@localhost', 'To the terminal'],
    ]);
    await mark(alice.page, 'To the terminal', 'Read');
  });

  it('a terminal that follows shows each message as it comes', async () => {
    const following = carol.follow(['read', 'alice@localhost', '--follow', '--json']);
    const first = JSON.parse(await following.next());
    expect(first.text).toBe('From a **terminal**');
    await say(alice.page, 'While you look');
    let line = await following.next();
    while (JSON.parse(line).text !== 'While you look') line = await following.next();
    await mark(alice.page, 'While you look', 'Read');
    await carol.run(['send', 'alice@localhost', 'Seen, from a second program on the same profile']);
    await sees(alice.page, 'Seen, from a second program on the same profile');
    await following.end();
  });

  it('both see one safety number, and either may verify the other by it', async () => {
    await link(alice.page, 'Verify carol').click();
    const groups = await safetyNumber(alice.page);
    const verified = await carol.run(['verify', 'alice@localhost', '--compare', groups.join(' '), '--json']);
    const { number, equal, verification } = JSON.parse(verified);
    expect({ number, equal, verification }).toEqual({
      number: groups,
      equal: true,
      verification: 'verified',
    });
    await field(alice.page, 'Or type or paste the number that carol sees').fill(number.join(' '));
    await button(alice.page, 'Compare').click();
    await alice.page.getByText('The same. carol is verified now.').waitFor();
    await row(alice.page, 'carol').getByRole('img', { name: 'Verified' }).waitFor();
  });

  it('cause no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });
});
