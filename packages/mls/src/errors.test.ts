import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { MLS_ERRORS } from './errors.ts';

const SPEC = resolve(import.meta.dirname, '../../../docs/spec/mls.md');

test('the table of codes in the specification is this one', () => {
  const rows = [...readFileSync(SPEC, 'utf8').matchAll(/^\| `(?<code>[a-z0-9-]+)` \| (?<text>.*) \|$/gm)];
  const documented = rows.map(({ groups }) => [groups?.code, groups?.text]);
  expect(documented).toEqual(Object.entries(MLS_ERRORS));
});

test('every code is thrown somewhere', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const source = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'errors.ts')
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  expect(Object.keys(MLS_ERRORS).filter((code) => !source.includes(`'${code}'`))).toEqual([]);
});
