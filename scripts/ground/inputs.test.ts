import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOfInputs } from './inputs.mjs';

const FILES = {
  'package-lock.json': '{}',
  'tsconfig.base.json': '{}',
  'apps/web/package.json': '{ "dependencies": { "@sotto/client": "1", "react": "1" } }',
  'apps/web/src/main.ts': 'one',
  'packages/client/package.json': '{ "dependencies": { "@sotto/crypto": "1" } }',
  'packages/client/src/index.ts': 'two',
  'packages/crypto/package.json': '{}',
  'packages/crypto/src/index.ts': 'three',
  'apps/server/src/index.ts': 'four',
};

describe('the hash that decides whether the web app is built again', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sotto-web-'));
    for (const [path, content] of Object.entries(FILES)) write(path, content);
  });

  afterEach(() => rmSync(root, { recursive: true }));

  function write(path: string, content: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }

  it.each([
    ['the app', 'apps/web/src/main.ts'],
    ['a file of the app that is new', 'apps/web/public/icon.svg'],
    ['a package that it is built from', 'packages/client/src/index.ts'],
    ['a package behind that one', 'packages/crypto/src/index.ts'],
    ['the version of a dependency', 'package-lock.json'],
  ])('changes with %s', (_, path) => {
    const before = hashOfInputs(root, 'apps/web');
    write(path, 'changed');
    expect(hashOfInputs(root, 'apps/web')).not.toBe(before);
  });

  it.each([
    ['the server', 'apps/server/src/index.ts'],
    ['a test', 'apps/web/src/main.test.ts'],
    ['what was built', 'apps/web/dist/index.html'],
  ])('stays the same with %s', (_, path) => {
    const before = hashOfInputs(root, 'apps/web');
    write(path, 'changed');
    expect(hashOfInputs(root, 'apps/web')).toBe(before);
  });

  it('stays the same when files are as they were, at another time', () => {
    const before = hashOfInputs(root, 'apps/web');
    utimesSync(join(root, 'apps/web/src/main.ts'), 1, 1);
    expect(hashOfInputs(root, 'apps/web')).toBe(before);
  });

  it('changes when content moves from one file to the next', () => {
    write('apps/web/src/a.ts', 'xy');
    write('apps/web/src/b.ts', 'z');
    const before = hashOfInputs(root, 'apps/web');
    write('apps/web/src/a.ts', 'x');
    write('apps/web/src/b.ts', 'yz');
    expect(hashOfInputs(root, 'apps/web')).not.toBe(before);
  });
});
