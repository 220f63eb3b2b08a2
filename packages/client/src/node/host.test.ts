import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DeviceApi } from '../api.ts';
import type { MakeDevice } from '../platform.ts';
import { openDevice } from './host.ts';
import { openSqliteStore } from './sqlite-store.ts';

const PROGRAM = fileURLToPath(new URL('./host.test-program.ts', import.meta.url));

/** A child process on the profile, with all that it has said. */
interface Program {
  readonly pid: string;
  readonly said: readonly string[];
  tell(command: string): void;
  /** Waits until the program has said something that begins so, and returns the rest of the newest such line. */
  heard(word: string): Promise<string>;
  /** Ends it with the signal, or by its own end where there is none. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

let home: string;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sotto-host-'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await soon(() => expect(running.size).toBe(0));
  await rm(home, { recursive: true });
});

function start(profile = home): Program {
  const child = spawn(process.execPath, ['--no-warnings', PROGRAM, profile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const said: string[] = [];
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  return {
    pid: String(child.pid),
    said,
    tell: (command) => child.stdin?.write(`${command}\n`),
    heard: (word) =>
      soon(() => {
        const line = said.findLast((each) => each.startsWith(`${word} `));
        if (line === undefined) throw new Error(`It has said only: ${said.join(', ')}`);
        return line.slice(word.length + 1);
      }),
    async end(signal) {
      const exited = once(child, 'exit');
      if (signal === undefined) child.stdin?.write('close\n');
      else child.kill(signal);
      await exited;
    },
  };
}

async function startOpen(profile = home): Promise<Program> {
  const program = start(profile);
  await program.heard('open');
  return program;
}

/** Other processes take their time on a busy machine. */
function soon<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000 });
}

/** The process that is the device for this program; asks again where a change of holders interrupts the question. */
async function holderOf(program: Program): Promise<string> {
  const before = program.said.length;
  program.tell('who');
  const answer = await soon(() => {
    const line = program.said.slice(before).find((each) => /^(who|failed) /.test(each));
    if (line === undefined) throw new Error(`It has said only: ${program.said.join(', ')}`);
    return line;
  });
  return answer === 'failed interrupted' ? holderOf(program) : answer.slice('who '.length);
}

describe('several programs on one profile', () => {
  test('[K10] are one device and use no number twice', async () => {
    const first = await startOpen();
    const [second, third] = await Promise.all([startOpen(), startOpen()]);
    for (const program of [first, second, third]) expect(await holderOf(program)).toBe(first.pid);
    for (const program of [third, first, second, third]) program.tell('send');
    const sent = () =>
      [first, second, third].flatMap(({ said }) => said.filter((line) => /^sent/.test(line)));
    await soon(() => expect(sent().toSorted()).toEqual(['sent 1', 'sent 2', 'sent 3', 'sent 4']));
  });

  test('[K10] started all at once are one device', async () => {
    const programs = await Promise.all([startOpen(), startOpen(), startOpen(), startOpen()]);
    const holders = await Promise.all(programs.map(holderOf));
    expect(new Set(holders).size).toBe(1);
  });

  test.each([
    ['ends', undefined],
    ['is killed', 'SIGKILL'],
  ] as const)(
    'go on when the holder %s: watches by themselves, one of the others as the device',
    async (_, signal) => {
      const first = await startOpen();
      const [second, third] = [await startOpen(), await startOpen()];
      second.tell('watch');
      third.tell('watch');
      first.tell('send');
      for (const program of [second, third]) {
        await soon(() => expect(program.said.at(-1)).toBe(`session ${first.pid}#1`));
      }
      await first.end(signal);
      const holder = await holderOf(second);
      expect([second.pid, third.pid]).toContain(holder);
      expect(await holderOf(third)).toBe(holder);
      third.tell('send');
      for (const program of [second, third]) {
        await soon(() => expect(program.said).toContain(`session ${holder}#2`));
      }
    },
  );

  test('tell of a command that was under way when the holder was killed', async () => {
    const first = await startOpen();
    const second = await startOpen();
    second.tell('hang');
    expect(await holderOf(second)).toBe(first.pid);
    await first.end('SIGKILL');
    expect(await second.heard('failed')).toBe('interrupted');
    expect(await holderOf(second)).toBe(second.pid);
  });

  test('come and go without the holder minding', async () => {
    const first = await startOpen();
    for (const signal of [undefined, 'SIGKILL'] as const) {
      const visitor = await startOpen();
      visitor.tell('send');
      await visitor.heard('sent');
      await visitor.end(signal);
    }
    expect(await holderOf(first)).toBe(first.pid);
  });
});

describe('the socket of a profile', () => {
  const socket = () => join(home, 'device.sock');

  test('is for its owner only, and gone when the holder ends', async () => {
    const program = await startOpen();
    expect(lstatSync(socket()).isSocket()).toBe(true);
    expect(statSync(socket()).mode & 0o777).toBe(0o600);
    await program.end();
    expect(existsSync(socket())).toBe(false);
  });

  test('left behind by a killed holder is replaced', async () => {
    const killed = await startOpen();
    await killed.end('SIGKILL');
    expect(existsSync(socket())).toBe(true);
    const next = await startOpen();
    expect(await holderOf(next)).toBe(next.pid);
    expect(await holderOf(await startOpen())).toBe(next.pid);
  });

  test('is replaced too where something else lies in its place', async () => {
    writeFileSync(socket(), 'no socket');
    const program = await startOpen();
    expect(await holderOf(await startOpen())).toBe(program.pid);
  });

  test('lies in a private directory where its path would be too long, and is cleared away from there', async () => {
    const deep = join(home, 'd'.repeat(60), 'e'.repeat(60));
    const killed = await startOpen(deep);
    expect(await holderOf(await startOpen(deep))).toBe(killed.pid);
    const left = readlinkSync(join(deep, 'device.sock'));
    expect(statSync(dirname(left)).mode & 0o777).toBe(0o700);
    for (const child of running) child.kill('SIGKILL');
    await soon(() => expect(running.size).toBe(0));
    const next = await startOpen(deep);
    const target = readlinkSync(join(deep, 'device.sock'));
    expect(existsSync(dirname(left))).toBe(false);
    await next.end();
    expect(existsSync(dirname(target))).toBe(false);
  });

  test('that is served by another version is not used, and says so', async () => {
    const store = openSqliteStore(join(home, 'store.db'));
    const other = createServer((connection) => connection.end(Uint8Array.of(0, 0, 0, 1, 7)));
    await new Promise<void>((resolve) => other.listen(socket(), resolve));
    const opening = openDevice({ home, makeDevice: () => Promise.reject(new Error('not reached')) });
    await expect(opening).rejects.toMatchObject({ code: 'version_unsupported' });
    other.close();
    await store.close();
  });
});

describe('a program that opens a profile', () => {
  test('[K10] is told that it is in use where the holder does not answer', async () => {
    const store = openSqliteStore(join(home, 'store.db'));
    const opening = openDevice({ home, makeDevice: () => Promise.reject(new Error('not reached')) });
    await expect(opening).rejects.toMatchObject({ code: 'profile_in_use' });
    await store.close();
  });

  test('[K10] positive control: without the lock there are two devices, which use a number twice', async () => {
    vi.resetModules();
    vi.doMock('./hold-database.ts', () => ({ holdDatabase: () => undefined }));
    const weak = await import('./host.ts');
    vi.doUnmock('./hold-database.ts');
    const used: number[] = [];
    const makeDevice: MakeDevice = async (platform) => {
      const store = await platform.openStore();
      const counter = (await store.get('counter'))?.[0] ?? 0;
      const send = async () => {
        used.push(counter + 1);
        await store.put('counter', Uint8Array.of(counter + 1));
      };
      return { call: send as DeviceApi['call'], watch: () => () => undefined, close: () => store.close() };
    };
    const [first, second] = [
      await weak.openDevice({ home, makeDevice }),
      await weak.openDevice({ home, makeDevice }),
    ];
    await first.api.call('generatePassword');
    await second.api.call('generatePassword');
    expect(used).toEqual([1, 1]);
    await second.close();
    await first.close();
  });

  test('frees the profile again when its device cannot be made', async () => {
    const failing = openDevice({ home, makeDevice: () => Promise.reject(new Error('no device')) });
    await expect(failing).rejects.toThrow('no device');
    const program = await startOpen();
    expect(await holderOf(program)).toBe(program.pid);
  });
});
