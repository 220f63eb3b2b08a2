import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '@sotto/contract';
import { MLS_ERRORS } from '@sotto/protocol/conversations';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const document = readFileSync(join(root, 'docs/spec/errors.md'), 'utf8');

const THROWN = [/SottoError\(\s*'([a-z_]+)'/g, /\bcode: '([a-z_]+)'/g, /\.stop\(\s*'([a-z_]+)'/g];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ['node_modules', 'dist', 'test', 'fixtures'].includes(entry.name) ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

function codesInSources(): ReadonlySet<string> {
  const folders = ['crypto', 'protocol', 'contract', 'client'].map((name) =>
    join(root, 'packages', name, 'src'),
  );
  const found = new Set<string>([...Object.keys(ERRORS), ...MLS_ERRORS]);
  for (const path of [...folders, join(root, 'apps')].flatMap(sources)) {
    const text = readFileSync(path, 'utf8');
    for (const pattern of THROWN) for (const [, code = ''] of text.matchAll(pattern)) found.add(code);
  }
  return found;
}

const documented = new Set([...document.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code = '']) => code));

describe('docs/spec/errors.md', () => {
  it('has a row for every code that the sources give', () => {
    const found = codesInSources();
    expect(found.size).toBeGreaterThan(60);
    expect([...found].filter((code) => !documented.has(code)).sort()).toEqual([]);
  });

  it('names no code that nothing gives', () => {
    const found = codesInSources();
    expect([...documented].filter((code) => !found.has(code)).sort()).toEqual([]);
  });

  it('gives the status of each code that crosses the wire', () => {
    for (const [code, [status]] of Object.entries(ERRORS)) {
      expect(document).toContain(`| \`${code}\` | ${status} |`);
    }
  });
});
