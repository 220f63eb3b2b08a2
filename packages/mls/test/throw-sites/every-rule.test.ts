/** Runs after all other tests of this package, and judges what they reached if all of them ran. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BEYOND_MESSAGES } from './beyond-messages.ts';
import { namedTests, throwSites } from './sites.ts';

const folder = process.env.SOTTO_THROW_SITES;
const records = namedTests().map((path) => join(folder ?? '', basename(path)));
const isWhole = folder !== undefined && records.every((path) => existsSync(path));

function unreached(): readonly string[] {
  const reached = new Set(records.flatMap((path) => readFileSync(path, 'utf8').split('\n')));
  return throwSites()
    .filter(({ place }) => !reached.has(place))
    .map(({ name }) => name);
}

describe.skipIf(!isWhole)('the tests that break rules by name', () => {
  test('reach every place where one is refused, but those that no message leads to', () => {
    expect(unreached().filter((name) => !BEYOND_MESSAGES.has(name))).toEqual([]);
  });

  test('reach none of those that no message leads to', () => {
    const left = new Set(unreached());
    expect([...BEYOND_MESSAGES].filter((name) => !left.has(name))).toEqual([]);
  });
});
