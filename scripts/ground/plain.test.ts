import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { importsOf } from '../boundaries/imports.ts';
import { listFiles, ROOT } from './files.mjs';

const STARTERS = ['scripts/start.mjs', 'scripts/test.mjs', 'scripts/verify.mjs', 'apps/cli/bin/sotto.mjs'];

/** The file and all that it imports, other than what comes with Node. */
function behind(file: string, found = new Set<string>()): Set<string> {
  found.add(file);
  for (const specifier of importsOf(file, readFileSync(join(ROOT, file), 'utf8')).values) {
    if (specifier.startsWith('node:')) continue;
    const next = specifier.startsWith('.') ? join(file, '..', specifier) : specifier;
    if (!found.has(next)) behind(next, found);
  }
  return found;
}

it.each(STARTERS)(
  '%s runs with nothing installed: it imports plain scripts and what comes with Node',
  (starter) => {
    for (const file of behind(starter)) expect(file).toMatch(/^(scripts|apps\/cli\/bin)\/.*\.mjs$/);
  },
);

it('no starter is forgotten', () => {
  const scripts = listFiles(ROOT, 'scripts').filter((file) => /^scripts\/[^/]+\.mjs$/.test(file));
  expect(STARTERS).toEqual(expect.arrayContaining(scripts));
});
