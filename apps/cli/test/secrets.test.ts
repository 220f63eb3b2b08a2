/** [W8] Secrets never stand where others on the machine can read them: in the arguments of a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEASH, PASSWORD, Place } from './running.ts';
import { shaped } from './shapes.ts';

const OTHER_PASSWORD = 'seven brass kettles hum quietly';
const place = new Place();

vi.setConfig({ testTimeout: LEASH });

beforeAll(async () => {
  await place.serve('--registration', 'invite');
  writeFileSync(place.path('password.txt'), `${PASSWORD}\n`);
}, LEASH);

afterAll(() => place.end());

/** What anybody on the machine can read of a process. */
function argumentsOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}

function secretsIn(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => text.includes(secret));
}

/** Right after its start, a process has no arguments yet. */
function firstArgumentsOf(pid: number): Promise<string> {
  return vi.waitUntil(() => argumentsOf(pid), { timeout: LEASH, interval: 1 });
}

/** Runs a command to its end, and reads its arguments before and after it was given the secrets. */
async function observe(args: readonly string[], input: string): Promise<{ seen: string; stdout: string }> {
  const running = place.start(args);
  const before = await firstArgumentsOf(running.pid);
  running.type(input);
  const after = argumentsOf(running.pid);
  running.type('', { end: true });
  const { status, stdout, stderr } = await running.finished();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(before).toContain(args[0]);
  return { seen: before + after, stdout };
}

describe('[W8] the arguments of a process', () => {
  it('hold no password, recovery code or invite of any command that takes one', async () => {
    const first = ['--home', place.path('first'), '--json'];
    const second = ['--home', place.path('second'), '--json'];
    const third = ['--home', place.path('third'), '--json'];

    const signup = await observe(['signup', 'alice', ...first], `${PASSWORD}\n`);
    const words = shaped('signup', JSON.parse(signup.stdout)).recoveryCode;
    const made = await place.run(['invite', ...first]);
    const { code } = shaped('invite', JSON.parse(made.stdout));
    const invited = await observe(['signup', 'bob', ...third], `${PASSWORD}\n${code}\n`);
    const file = place.path('password.txt');
    const signin = await observe(['signin', 'alice', ...second, '--password-file', file], '');
    shaped('signin', JSON.parse(signin.stdout));
    await place.run(['signout', '--yes', ...second]);
    const recovery = await observe(
      ['signin', 'alice', '--recovery', ...second],
      `${words}\n${OTHER_PASSWORD}\n`,
    );
    const { deviceId } = shaped('signin', JSON.parse(recovery.stdout));
    const remove = await observe(['devices', 'remove', deviceId, ...first], `${OTHER_PASSWORD}\n`);
    shaped('devices remove', JSON.parse(remove.stdout));

    const seen = [signup, invited, signin, recovery, remove].map((one) => one.seen).join('\n');
    expect(secretsIn(seen, [PASSWORD, OTHER_PASSWORD, words, code])).toEqual([]);
  });

  it('are seen by this check where a program does take its password from them', async () => {
    const weak = startWeakVariant(['--password', PASSWORD]);
    await once(weak.stdout ?? weak, 'data');
    expect(secretsIn(argumentsOf(weak.pid), [PASSWORD])).toEqual([PASSWORD]);
    weak.stdin?.end();
    await once(weak, 'close');
  });

  it.each([
    ['signup', 'carol'],
    ['signin', 'alice'],
    ['devices', 'remove', 'x'],
  ])('are refused when they look like a secret: %s %s', async (...args) => {
    const { status, stdout, stderr } = await place.run([...args, '--password', PASSWORD]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('no secret as --password');
    expect(stderr).not.toContain(PASSWORD);
  });
});

/** The check of arguments taken away: a program that reads its password from there, and waits. */
function startWeakVariant(args: readonly string[]): ChildProcess {
  const program = `
    const { values } = require('node:util').parseArgs({ options: { password: { type: 'string' } } });
    process.stdout.write(String(values.password.length));
    process.stdin.resume();
  `;
  return spawn(process.execPath, ['--eval', program, '--', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}
