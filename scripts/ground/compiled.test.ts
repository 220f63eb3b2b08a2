import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ensureCompiled } from './compiled.mjs';

/** Says on disk that it was loaded, and by which cache. */
const SERVER = `
import { appendFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
const cache: string | undefined = getCompileCacheDir();
appendFileSync(new URL('../../../loaded', import.meta.url), (cache === undefined ? 'without' : 'with') + ' cache\\n');
`;

let root = '';
const loaded = (): string => readFileSync(join(root, 'loaded'), 'utf8');

beforeEach(() => {
  vi.stubEnv('NODE_COMPILE_CACHE', undefined);
  root = mkdtempSync(join(tmpdir(), 'sotto-compiled-'));
  const files = {
    'package-lock.json': '{}',
    'tsconfig.base.json': '{}',
    'apps/server/package.json': '{ "type": "module" }',
    'apps/server/src/index.ts': SERVER,
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

it('loads the server once, and again when its sources have changed', async () => {
  await ensureCompiled(root);
  expect(loaded()).toBe('with cache\n');
  rmSync(join(root, 'loaded'));
  await ensureCompiled(root);
  expect(() => loaded()).toThrow('ENOENT');
  appendFileSync(join(root, 'apps/server/src/index.ts'), '// changed\n');
  await ensureCompiled(root);
  expect(loaded()).toBe('with cache\n');
});

it('leaves it to the start to say what is wrong with the sources', async () => {
  writeFileSync(join(root, 'apps/server/src/index.ts'), 'not a program');
  await ensureCompiled(root);
  await ensureCompiled(root);
  expect(loaded()).toBe('');
});
