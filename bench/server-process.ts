/** A server, or another program of ours, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Running {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const CLI = fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url));
const CACHE = fileURLToPath(new URL('../node_modules/.cache/sotto', import.meta.url));
/** As apps/cli/bin/node24.mjs starts it. */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];

/** The real server as `sotto serve` starts it, without the limits that a benchmark would meet. */
export async function startServerProcess(): Promise<Running> {
  const data = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const many = '1000000';
  const flags = ['--port', '0', '--host', '127.0.0.1', '--data', data, '--log-level', 'error'];
  const limits = [
    '--requests-per-minute',
    many,
    '--account-requests-per-minute',
    many,
    '--messages-per-minute',
    '1000000000',
    '--sign-ins-per-minute',
    many,
  ];
  const running = await startProcess([...FLAGS, CLI, 'serve', ...flags, ...limits], /(http:\/\/\S+:\d+)/);
  return {
    ...running,
    async stop() {
      await running.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Starts `node ARGUMENTS` and waits for the line that holds its address. */
export async function startProcess(args: readonly string[], address: RegExp): Promise<Running> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
  });
  const url = await addressOf(child, address);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function addressOf(child: ChildProcess, address: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('no output'));
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = address.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}
