import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ensureCompiled } from './compiled.mjs';

/** A program that says on disk that it was loaded, and whether Node keeps what it makes of it. */
function loadedBy(name: string): string {
  return `
    import { appendFileSync } from 'node:fs';
    import { getCompileCacheDir } from 'node:module';
    const cache: string | undefined = getCompileCacheDir();
    if (cache !== undefined) appendFileSync(new URL('../../../loaded', import.meta.url), '${name}\\n');
  `;
}

let root = '';
const loaded = (): string => readFileSync(join(root, 'loaded'), 'utf8');

beforeEach(() => {
  vi.stubEnv('NODE_COMPILE_CACHE', undefined);
  root = mkdtempSync(join(tmpdir(), 'sotto-compiled-'));
  const files = {
    'package-lock.json': '{}',
    'tsconfig.base.json': '{}',
    'apps/cli/package.json': '{ "type": "module", "dependencies": { "@sotto/server": "1" } }',
    'apps/cli/src/main.ts': loadedBy('main'),
    'apps/server/package.json': '{ "type": "module" }',
    'apps/server/src/index.ts': loadedBy('server'),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  writeFileSync(join(root, 'loaded'), '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

it('loads the server and what starts it once, and again when its sources have changed', async () => {
  await ensureCompiled(root);
  expect(loaded()).toBe('server\nmain\n');
  rmSync(join(root, 'loaded'));
  await ensureCompiled(root);
  expect(() => loaded()).toThrow('ENOENT');
  appendFileSync(join(root, 'apps/server/src/index.ts'), '// changed\n');
  await ensureCompiled(root);
  expect(loaded()).toBe('server\nmain\n');
});

it('leaves it to the start to say what is wrong with the sources', async () => {
  writeFileSync(join(root, 'apps/server/src/index.ts'), 'not a program');
  await ensureCompiled(root);
  await ensureCompiled(root);
  expect(loaded()).toBe('');
});
