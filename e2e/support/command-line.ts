/** The command line as a program of its own, as people and scripts start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Stage } from './browser.ts';

const MAIN = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

export interface CommandLine {
  /** Runs to the end and gives what was printed; throws with standard error where it failed. */
  run(args: readonly string[], input?: string): Promise<string>;
  /** Starts a command that goes on; `next` gives the lines that it prints, one by one. */
  follow(args: readonly string[]): { next(): Promise<string>; end(): Promise<void> };
}

/** A profile of its own at the server of the stage. */
export function commandLine(stage: Stage): CommandLine {
  const home = mkdtempSync(join(tmpdir(), 'sotto-home-'));
  stage.atEnd(async () => rmSync(home, { recursive: true, force: true }));
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      env: { ...process.env, SOTTO_HOME: home, SOTTO_SERVER: stage.url },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  return {
    async run(args, input = '') {
      const child = start(args);
      const [out, err] = [collect(child.stdout), collect(child.stderr)];
      child.stdin?.end(input);
      const [status] = await once(child, 'close');
      if (status !== 0) throw new Error(`sotto ${args.join(' ')}: ${status}: ${await err}`);
      return out;
    },
    follow(args) {
      const child = start(args);
      stage.atEnd(async () => void child.kill('SIGKILL'));
      if (child.stdout === null) throw new Error('The program has no output.');
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      return {
        async next() {
          const { value, done } = await lines.next();
          if (done === true) throw new Error('The program ended.');
          return value;
        },
        async end() {
          const closed = once(child, 'close');
          child.kill('SIGINT');
          await closed;
        },
      };
    },
  };
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}
