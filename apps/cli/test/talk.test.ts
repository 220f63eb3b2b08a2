/** Two people on the command line, over a real server. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEASH, PASSWORD, Place, type Profile, type Running } from './running.ts';
import { shaped } from './shapes.ts';
import { runStep } from './transcript.ts';

vi.setConfig({ testTimeout: LEASH });

const place = new Place();
let server: Running;
let alice: Profile;
let bob: Profile;

beforeAll(async () => {
  server = await place.serve();
  alice = place.profile('alice');
  bob = place.profile('bob');
  const input = `${PASSWORD}\n`;
  const [first, second] = await Promise.all([
    alice.json(['signup', 'alice@localhost'], { input }),
    bob.json(['signup', 'bob'], { input }),
  ]);
  expect(shaped('signup', first).address).toBe('alice@localhost');
  expect(shaped('signup', second).address).toBe('bob@localhost');
}, LEASH);

afterAll(() => place.end());

describe('two people', () => {
  it('talk both ways, and see what was read', async () => {
    const sent = shaped('send', await alice.json(['send', 'bob@localhost', 'Hello, Bob']));
    expect(sent).toMatchObject({ address: 'bob@localhost', status: 'sent', problem: null });

    const listed = shaped('conversations', await bob.json(['conversations'])).conversations;
    expect(listed).toMatchObject([{ address: 'alice@localhost', state: 'request', unread: 1 }]);
    expect(listed[0]?.last).toMatchObject({ text: 'Hello, Bob', own: false, status: null });

    const [line] = (await bob.lines(['read'])).map((one) => shaped('read', one));
    expect(line).toMatchObject({ type: 'message', from: 'alice@localhost', text: 'Hello, Bob', own: false });
    expect(await bob.lines(['read'])).toEqual([]);
    expect(await bob.run(['read'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: 'There is nothing new.\n',
    });

    await bob.output(['send', 'alice', 'Hi, Alice']);
    const both = (await alice.lines(['read', 'bob'])).map((one) => shaped('read', one));
    expect(both).toMatchObject([
      { type: 'message', text: 'Hello, Bob', own: true, status: 'read' },
      { type: 'message', text: 'Hi, Alice', own: false, status: null },
    ]);
  });

  it('read lines with the time first, and more lines of a message behind a margin', async () => {
    await alice.output(['send', 'bob'], { input: 'One\n2026-11-24 10:30  bob@localhost: forged\n' });
    const text = await bob.output(['read', '--since', '1h', '--no-mark', 'alice']);
    const [, , first, second] = text.split('\n');
    expect(first).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2} {2}alice@localhost: One$/);
    expect(second).toBe('    2026-11-24 10:30  bob@localhost: forged');
    expect(shaped('conversations', await bob.json(['conversations'])).conversations[0]?.unread).toBe(1);
    expect(await bob.output(['read'])).toContain('alice@localhost: One');
  });

  it('cannot act on the terminal of each other', async () => {
    const attack = 'before \u001b]0;pwned\u0007\u001b[2J\u009b2J \u202eevil \r after';
    await alice.output(['send', 'bob', attack]);
    for (const args of [
      ['conversations'],
      ['read', '--no-mark'],
      ['read', '--no-mark', '--json'],
      ['export'],
    ]) {
      const output = await bob.output(args);
      expect(output).toContain('after');
      for (const character of ['\u001b', '\u0007', '\u009b', '\u202e', '\r'])
        expect(output).not.toContain(character);
    }
    const [line] = (await bob.lines(['read'])).map((one) => shaped('read', one));
    expect(line).toMatchObject({ text: attack });
  });

  it('compare safety numbers', async () => {
    const [hers, his] = await Promise.all([alice.json(['verify', 'bob']), bob.json(['verify', 'alice'])]);
    const { number, verification } = shaped('verify', hers);
    expect(shaped('verify', his).number).toEqual(number);
    expect(verification).toBe('unverified');

    const wrong = await alice.run(['verify', 'bob', '--compare', number.toReversed().join(' ')]);
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('not the safety number') });
    expect(shaped('verify', await alice.json(['verify', 'bob'])).verification).toBe('unverified');

    const slip = await alice.run(['verify', 'bob', '--compare', number.slice(1).join(' ')]);
    expect(slip).toMatchObject({ status: 1, stderr: expect.stringContaining('one has 60 digits') });

    const right = shaped('verify', await alice.json(['verify', 'bob', '--compare', number.join(' ')]));
    expect(right).toMatchObject({ equal: true, verification: 'verified' });
    expect(await alice.output(['conversations'])).toContain('verified');
    const taken = shaped('verify', await alice.json(['verify', 'bob', '--unverify']));
    expect(taken.verification).toBe('unverified');
  });
});

describe('read --follow', () => {
  it('streams what comes while another command sends on the same profile', async () => {
    const following = bob.start(['read', 'alice', '--follow', '--json']);
    await following.object(({ text }) => String(text).includes('before'));
    await bob.output(['send', 'alice', 'From the same profile']);
    await following.object(({ text, own }) => text === 'From the same profile' && own === true);
    await following.object(({ type, status }) => type === 'status' && status === 'sent');

    await alice.output(['send', 'bob', 'Streamed']);
    const line = shaped('read', await following.object(({ text }) => text === 'Streamed'));
    expect(line).toMatchObject({ type: 'message', from: 'alice@localhost' });
    expect(await following.stop('SIGINT')).toMatchObject({ status: 0, stderr: '' });
    expect(await bob.lines(['read'])).toEqual([]);
  });

  it('says to a person what becomes of own messages, each on a line that no text can forge', async () => {
    const following = alice.start(['read', 'bob', '--follow']);
    await following.until(() => following.stdout !== '');
    await alice.output(['send', 'bob', 'Told in a line\n2026-11-24 10:30  * read by bob@localhost: Told']);
    await following.until(() => following.stdout.includes('* sent to bob@localhost: Told'));
    await bob.output(['read', 'alice']);
    await following.until(() =>
      /^[-\d]+ [:\d]+ {2}\* read by bob@localhost: Told in/m.test(following.stdout),
    );
    const { stdout } = await following.stop('SIGINT');
    const told = stdout.split('\n').filter((line) => line.includes('Told'));
    expect(told[0]).toMatch(/you \((queued|sent)\): Told in a line$/);
    expect(told[1]).toBe('    2026-11-24 10:30  * read by bob@localhost: Told');
    expect(told.at(-1)).toMatch(/ {2}\* read by bob@localhost: Told in a line 2026-11-24 10:30 \* read …$/);
    for (const line of told.slice(2))
      expect(line).toMatch(/ {2}\* (sent to|delivered to|read by) bob@localhost: /);
  });

  it('ends with the next line when nobody reads it any more', async () => {
    const command = 'sotto read alice --follow --json | head -1';
    let ended = false;
    const output = runStep(place, { profile: 'bob', command, expected: '' }).finally(() => {
      ended = true;
    });
    while (!ended) await alice.output(['send', 'bob', 'One more']);
    const lines = (await output).trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    shaped('read', JSON.parse(lines[0] ?? ''));
    await bob.output(['read']);
  });
});

describe('without the server', () => {
  it('a message is kept, says so, and goes out once when the server is back', async () => {
    await server.stop();
    const kept = await alice.runAlone(['send', 'bob', 'Written offline', '--json']);
    expect(kept.status).toBe(1);
    expect(shaped('send', JSON.parse(kept.stdout)).status).toBe('queued');
    expect(JSON.parse(kept.stderr)).toMatchObject({ error: { code: 'queued' } });
    const quick = shaped('send', await alice.json(['send', 'bob', 'And another', '--no-wait']));
    expect(quick.status).toBe('queued');
    expect(shaped('whoami', await alice.json(['whoami'])).connection).toBe('offline');
    const unreached = await alice.runAlone(['new', 'carol']);
    expect(unreached).toMatchObject({ status: 1, stderr: /cannot be reached/ });

    server = await place.serve();
    await alice.output(['send', 'bob', 'After']);
    const texts = (await bob.lines(['read'])).map(({ text }) => text);
    expect(texts).toEqual(['Written offline', 'And another', 'After']);
    const own = (await alice.lines(['read', 'bob', '--since', '1h'])).filter(
      ({ text }) => text === 'Written offline',
    );
    expect(own).toHaveLength(1);
  });
});

describe('an address of another domain', () => {
  it.each(['send', 'new', 'verify', 'read'])(
    'is refused by %s, which says whom this server knows',
    async (command) => {
      const text = command === 'send' ? ['hello'] : [];
      const { status, stderr } = await alice.run([command, 'bob@elsewhere.example', ...text]);
      const said = 'This server only knows addresses that end in @localhost, and not bob@elsewhere.example.';
      expect({ status, stderr }).toEqual({ status: 1, stderr: `sotto: ${said}\n` });
    },
  );
});

describe('export', () => {
  it('writes a file that only the person can read, and none over another', async () => {
    const { statSync, readFileSync } = await import('node:fs');
    const file = place.path('alice.jsonl');
    const { lines } = shaped('export', await alice.json(['export', file]));
    const written = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(written).toHaveLength(lines);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ type: 'sotto export', address: 'alice@localhost' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await alice.run(['export', file])).toMatchObject({ status: 1, stderr: /exists already/ });
  });
});
