/** What a person sees and types at a terminal: the command line runs in a pseudo-terminal. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEASH, PASSWORD, Place, Running } from './running.ts';

const place = new Place();
const ESCAPE = String.fromCharCode(0x1b);
const CTRL_C = String.fromCharCode(3);

vi.setConfig({ testTimeout: LEASH });

beforeAll(async () => {
  await place.serve();
}, LEASH);

afterAll(() => place.end());

/** A person at a terminal: waits for questions, and types. */
class Person {
  readonly #running: Running;
  #seen = 0;

  /** util-linux's script gives the command a terminal, and shows what the terminal shows. */
  constructor(command: string, env: Readonly<Record<string, string>> = {}) {
    const line = `"$CLI_NODE" "$CLI_MAIN" ${command}`;
    const args = ['--quiet', '--return', '--flush', '--command', line, '/dev/null'];
    const environment = { ...place.environment(), TERM: 'xterm', ...env };
    this.#running = new Running(spawn('/usr/bin/script', args, { cwd: place.folder, env: environment }));
  }

  get screen(): string {
    return this.#running.stdout;
  }

  /** Waits until `text` stands on the screen, behind what was waited for before; gives what came until then. */
  async sees(text: string): Promise<string> {
    await this.#running.until(() => this.screen.indexOf(text, this.#seen) >= 0);
    const from = this.#seen;
    this.#seen = this.screen.indexOf(text, from) + text.length;
    return this.screen.slice(from, this.#seen);
  }

  async answers(question: string, text: string): Promise<string> {
    const before = await this.sees(question);
    this.types(text);
    return before;
  }

  types(text: string): void {
    this.#running.type(text === CTRL_C ? text : `${text}\r`);
  }

  async ends(): Promise<number | null> {
    return (await this.#running.finished()).status;
  }
}

/** The words of a recovery code, in order, from the numbered rows on the screen. */
function wordsOn(screen: string): readonly string[] {
  return [...screen.matchAll(/\b(\d{1,2}) ([a-z]+)/g)]
    .sort(([, a], [, b]) => Number(a) - Number(b))
    .map(([, , word = '']) => word);
}

describe('signing up at a terminal', () => {
  it('offers a password of words, shows the recovery code and asks two of its words back', async () => {
    const alice = new Person('signup alice --home alice');
    await alice.answers('Password (leave empty', '');
    const offer = await alice.answers('Take them as your password? [Y/n]', 'y');
    const generated = /^ {2}((?:[a-z]+ ){4}[a-z]+)\r$/m.exec(offer)?.[1] ?? '';
    const shown = await alice.sees('Word ');
    const words = wordsOn(shown);
    expect(words).toHaveLength(24);

    const ask = async (): Promise<string> =>
      /(\d+)/.exec(await alice.sees('of your recovery code: '))?.[1] ?? '';
    await ask();
    alice.types('wrong');
    await alice.sees('Word ');
    await ask();
    alice.types('wrong');
    await alice.sees('These are not the words asked for');
    for (let i = 0; i < 2; i++) {
      await alice.sees('Word ');
      alice.types(words[Number(await ask()) - 1] ?? '');
    }
    await alice.sees('alice@localhost is ready on this computer.');
    expect(await alice.ends()).toBe(0);

    const laptop = new Person('signin alice --home laptop');
    await laptop.answers('Password: ', generated);
    await laptop.sees('This computer is now a device of alice@localhost.');
    expect(laptop.screen).not.toContain(generated);
    expect(await laptop.ends()).toBe(0);
  });

  it('wants a strong password, twice the same, and shows neither', async () => {
    const bob = new Person('signup bob --home bob');
    await bob.answers('Password (leave empty', 'password1');
    await bob.sees('too easy to guess');
    await bob.answers('Password (leave empty', PASSWORD);
    await bob.answers('The same again: ', `${PASSWORD}x`);
    await bob.sees('two different passwords');
    await bob.answers('Password (leave empty', PASSWORD);
    await bob.answers('The same again: ', PASSWORD);
    await bob.answers('of your recovery code: ', CTRL_C);
    expect(await bob.ends()).toBe(130);
    expect(bob.screen).not.toContain(PASSWORD);
    expect(bob.screen).not.toContain('password1');
  });

  it('makes no account before the words were asked back', async () => {
    const { status, stderr } = await place.run(['signin', 'bob'], { input: `${PASSWORD}\n` });
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('name or the password'),
    });
  });
});

describe('a terminal', () => {
  it('shows the safety number as a QR code, and in colours only where they are wanted', async () => {
    await place.profile('carol').json(['signup', 'carol'], { input: `${PASSWORD}\n` });
    await place.profile('dave').json(['signup', 'dave'], { input: `${PASSWORD}\n` });
    const plain = new Person('verify dave --home carol');
    expect(await plain.ends()).toBe(0);
    expect(plain.screen).toMatch(/[▀▄█]{8}/);
    expect(plain.screen).not.toContain(ESCAPE);

    const coloured = new Person('verify dave --home carol', { NO_COLOR: '' });
    expect(await coloured.ends()).toBe(0);
    expect(coloured.screen).toContain(`${ESCAPE}[30m`);
  });

  it('asks before it signs out', async () => {
    const carol = new Person('signout --home carol');
    await carol.answers('Sign out? [y/N]', 'n');
    expect(await carol.ends()).toBe(130);
    expect(await place.profile('carol').output(['whoami'])).toContain('carol@localhost');
    const again = new Person('signout --home carol');
    await again.answers('Sign out? [y/N]', 'y');
    expect(await again.ends()).toBe(0);
  });
});
