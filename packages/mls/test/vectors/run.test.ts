/** What `npm run vectors` says of a folder in which something is wrong: it names it, counts it, and fails. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const RUN = resolve(import.meta.dirname, '../../vectors/run.ts');
const root = mkdtempSync(join(tmpdir(), 'vectors-'));
afterAll(() => rmSync(root, { recursive: true }));

const UNKNOWN = { cipher_suite: 999, initial_init_secret: '' };
const PSK = {
  cipher_suite: 1,
  psks: [],
  psk_secret: '00'.repeat(32),
};

function run(folder: string): { readonly lines: readonly string[]; readonly status: number | null } {
  const { INIT_CWD: _, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, [RUN, folder], {
    encoding: 'utf8',
    env: { ...env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  });
  expect(stderr).toBe('');
  return { lines: stdout.trimEnd().split('\n'), status };
}

function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** By the name of the file, what is wrong with it. */
const BAD: Readonly<Record<string, string>> = {
  'empty.json': '',
  'key schedule without epochs.json': JSON.stringify([{ ...UNKNOWN, cipher_suite: 1, epochs: [] }]),
  'no JSON.json': '{ this is',
  'no case.json': '[]',
  'no kind that is known.json': '[{"anything": 1}]',
  'no object.json': '[null]',
  'paths missing.json': JSON.stringify([
    { cipher_suite: 1, ratchet_tree: '', leaves_private: [], update_paths: [], group_id: '' },
  ]),
};

test('a folder of good vectors passes, and cases of other suites are passed over', () => {
  const { lines, status } = run(folderOf('good', { 'a.json': JSON.stringify([PSK, UNKNOWN]) }));
  expect(lines).toEqual(['a.json: 1 passed, 0 failed, 1 skipped', '1 passed, 0 failed, 1 skipped']);
  expect(status).toBe(0);
});

test('each file that cannot be read, or checks nothing, is named and is one failure', () => {
  const folder = folderOf('bad', { ...BAD, 'good.json': JSON.stringify([PSK]) });
  mkdirSync(join(folder, 'folder.json'));
  const { lines, status } = run(folder);
  for (const file of [...Object.keys(BAD), 'folder.json']) {
    const line = lines.indexOf(`${file}: 0 passed, 1 failed, 0 skipped`);
    expect(lines[line + 1], file).toMatch(new RegExp(`^  ${file}`));
  }
  expect(lines).toContain('good.json: 1 passed, 0 failed, 0 skipped');
  expect(lines.at(-1)).toBe('1 passed, 8 failed, 0 skipped');
  expect(status).toBe(1);
});

test('a folder that is not there is a failure, with nothing but a line about it', () => {
  const missing = join(root, 'missing');
  const { lines, status } = run(missing);
  expect(lines[0]).toBe(`${missing}: 0 passed, 1 failed, 0 skipped`);
  expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
  expect(status).toBe(1);
});
