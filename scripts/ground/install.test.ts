import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from './files.mjs';
import { isInstalled } from './install.mjs';

const LOCKED = {
  '': { name: 'root', version: '1.0.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/for-another-platform': { version: '1.0.0', optional: true },
};

describe('what is installed', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sotto-install-'));
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  function install(packages: object): void {
    writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  }

  it('is enough when it is what the lockfile asks for, optional packages aside', () => {
    install({ 'node_modules/a': LOCKED['node_modules/a'] });
    expect(isInstalled(root)).toBe(true);
  });

  it('is nothing while npm has not finished', () => {
    expect(isInstalled(root)).toBe(false);
  });

  it.each([
    ['a package is missing', {}],
    ['a package has another version', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['a package has another hash', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } }],
    ['a package is there that nothing asks for', { ...LOCKED, 'node_modules/b': { version: '1.0.0' } }],
  ])('is stale when %s', (_, packages) => {
    install(packages);
    expect(isInstalled(root)).toBe(false);
  });
});

it('comes from whatever registry npm is set to: the lockfile names none', () => {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  expect(lock).toContain('"integrity": "sha512-');
  expect(lock).not.toMatch(/"resolved": "https?:/);
});
