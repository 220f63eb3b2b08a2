import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from './files.mjs';
import { isInstalled } from './install.mjs';

interface Dependencies {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

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

  it('does not depend on what npm notes beside it, about the workspaces or about what a package is for', () => {
    install({ 'node_modules/a': { ...LOCKED['node_modules/a'], dev: true }, '': { name: 'other' } });
    expect(isInstalled(root)).toBe(true);
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

describe('the lockfile', () => {
  const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const { packages }: { packages: Record<string, Dependencies> } = JSON.parse(text);

  it('names no registry: packages come from the one that npm is set to', () => {
    expect(text).toContain('"integrity": "sha512-');
    expect(text).not.toMatch(/"resolved": "https?:/);
  });

  it('says of each workspace what its package.json says: what is committed belongs together', () => {
    const folders = Object.keys(packages).filter((path) => !path.includes('node_modules/'));
    expect(folders.length).toBeGreaterThan(5);
    for (const folder of folders) {
      const manifest: Dependencies = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
      expect(dependenciesOf(packages[folder]), folder).toEqual(dependenciesOf(manifest));
    }
  });

  it('holds the packages of every platform: npm ci refuses one that lacks any, and only on a fresh clone', () => {
    const named = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    const held = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !held.has(name))).toEqual([]);
  });
});

function dependenciesOf(from: Dependencies | undefined): Dependencies {
  const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = from ?? {};
  return { dependencies, devDependencies, optionalDependencies };
}
