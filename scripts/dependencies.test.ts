/** docs/dependencies.md is held equal to what the workspaces declare, name by name. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFiles, ROOT } from './ground/files.mjs';

interface Row {
  readonly name: string;
  readonly workspaces: readonly string[];
  readonly reasons: readonly string[];
  readonly licence: string;
}

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

function read(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

/** Names of the workspaces that declare a package, by its name. Workspaces of our own are no dependencies. */
function declared(): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const path of listFiles(ROOT).filter((file) => /(^|\/)package\.json$/.test(file))) {
    const workspace = path.split('/').at(-2) ?? 'root';
    const { dependencies, devDependencies, optionalDependencies } = read(path);
    for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      if (!name.startsWith('@sotto/')) found[name] = [...(found[name] ?? []), workspace].sort();
    }
  }
  return found;
}

function documented(): Row[] {
  const lines = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [name = '', workspaces = '', purpose = '', why = '', licence = '', replaced = '', ...rest] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    if (!name.startsWith('`')) return [];
    expect(rest, line).toEqual([]);
    const reasons = [purpose, why, replaced];
    return [{ name: name.slice(1, -1), workspaces: workspaces.split(', ').sort(), reasons, licence }];
  });
}

describe('docs/dependencies.md', () => {
  it('names each package that a workspace declares, and no other', () => {
    const rows = documented();
    expect(rows.length).toBeGreaterThan(20);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(Object.fromEntries(rows.map(({ name, workspaces }) => [name, workspaces]))).toEqual(declared());
  });

  it('says what for, why this one and what instead', () => {
    for (const { name, reasons } of documented()) {
      for (const reason of reasons) expect(reason, name).not.toBe('');
    }
  });

  it('gives the licence that the package gives', () => {
    for (const { name, licence } of documented()) {
      const path = `node_modules/${name}/package.json`;
      if (existsSync(join(ROOT, path))) expect(licence, name).toBe(read(path).license);
    }
  });
});
