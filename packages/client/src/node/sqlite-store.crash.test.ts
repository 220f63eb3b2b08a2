/** A process that writes is killed at any moment: what it was told is kept is kept, and no batch is there by half. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteStore } from './sqlite-store.ts';

/** Says the number of each batch once it is kept; each batch replaces the ten records of the one before. */
const WRITER = `
  const { openSqliteStore } = await import(process.argv[1]);
  const store = openSqliteStore(process.argv[2]);
  for (let n = Number(process.argv[3]); ; n++) {
    const value = new Uint8Array(4000).fill(n);
    new DataView(value.buffer).setUint32(0, n);
    await store.batch(Array.from({ length: 10 }, (_, i) => ({ put: 'record/' + i, value })));
    process.stdout.write(n + '\\n');
  }`;

let home: string;
let path: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sotto-crash-'));
  path = join(home, 'store.db');
});
afterEach(() => rm(home, { recursive: true }));

function startWriter(from: number): ChildProcess {
  const module = new URL('./sqlite-store.ts', import.meta.url).href;
  const command = ['--input-type=module', '--eval', WRITER, module, path, String(from)];
  return spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Kills the writer after some acknowledged batches; returns the last one it acknowledged. */
async function killAfter(child: ChildProcess, batches: number): Promise<number> {
  const exited = once(child, 'exit');
  let last = -1;
  let seen = 0;
  if (child.stdout === null) throw new Error('The writer has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (++seen === batches) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return last;
}

async function storedBatches(): Promise<number[]> {
  const store = openSqliteStore(path);
  const records = await store.range({ prefix: 'record/' });
  await store.close();
  return records.map(([, value]) => new DataView(value.buffer).getUint32(0));
}

describe('a killed writer', () => {
  test('loses no acknowledged batch, leaves none half applied, and frees the profile', async () => {
    let acknowledged = -1;
    for (let round = 0; round < 6; round++) {
      acknowledged = await killAfter(startWriter(acknowledged + 1), 1 + round * 17);
      const stored = await storedBatches();
      expect(stored).toHaveLength(10);
      expect(new Set(stored).size).toBe(1);
      expect(stored[0]).toBeGreaterThanOrEqual(acknowledged);
      acknowledged = stored[0] ?? acknowledged;
    }
  });

  test('[K10] holds the profile against other processes while it lives', async () => {
    const child = startWriter(0);
    if (child.stdout === null) throw new Error('The writer has no output.');
    await once(child.stdout, 'data');
    expect(() => openSqliteStore(path)).toThrow(expect.objectContaining({ code: 'profile_in_use' }));
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect(await storedBatches()).toHaveLength(10);
  });
});
