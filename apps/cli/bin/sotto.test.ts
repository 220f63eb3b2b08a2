import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Stands in for the command line: tells its arguments and how it was ended. */
const MAIN = `
const [command, ...rest]: string[] = process.argv.slice(2);
if (command === 'tell') {
  console.log(JSON.stringify([rest, process.execArgv, process.env['SOTTO_TEST'], process.env['SOTTO_COMMAND']]));
}
if (command === 'fail') process.exitCode = 7;
if (command === 'wait') {
  const timer = setInterval(() => {}, 1_000);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      console.log(signal);
      clearInterval(timer);
      process.exitCode = 3;
    });
  }
  console.log('waiting');
}
if (command === 'die') process.kill(process.pid, 'SIGKILL');
`;

const STARTERS = ['sotto', 'apps/cli/bin/sotto.mjs'];
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sotto-bin-'));
  mkdirSync(join(root, 'apps/cli/src'), { recursive: true });
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  for (const path of [...STARTERS, 'apps/cli/bin/node24.mjs']) cpSync(join(ROOT, path), join(root, path));
  writeFileSync(join(root, 'apps/cli/src/main.ts'), MAIN);
  symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'));
});

afterAll(() => rmSync(root, { recursive: true }));

describe.each(STARTERS)('%s', (starter) => {
  function start(...args: string[]): ChildProcess {
    const env = { ...process.env, npm_command: 'test', SOTTO_TEST: 'kept' };
    return spawn(join(root, starter), args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  async function finish(child: ChildProcess): Promise<{ output: string; status: number | null }> {
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child, 'close');
    return { output: Buffer.concat(chunks).toString('utf8'), status: child.exitCode };
  }

  it('hands on arguments, environment and its own name, and keeps experiments quiet', async () => {
    const { output, status } = await finish(start('tell', 'a b', '--json'));
    expect(JSON.parse(output)).toEqual([
      ['a b', '--json'],
      ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'],
      'kept',
      starter === 'sotto' ? join(root, 'sotto') : 'sotto',
    ]);
    expect(status).toBe(0);
  });

  it('keeps the exit status', async () => {
    expect((await finish(start('fail'))).status).toBe(7);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('hands on %s and waits for the end', async (signal) => {
    const child = start('wait');
    await once(child.stdout ?? child, 'data');
    child.kill(signal);
    expect(await finish(child)).toEqual({ output: `${signal}\n`, status: 3 });
  });
});

it('ends with the status that a shell gives to a signal', async () => {
  const child = spawn(join(root, 'apps/cli/bin/sotto.mjs'), ['die'], { stdio: 'ignore' });
  await once(child, 'close');
  expect(child.exitCode).toBe(128 + 9);
});
