import { join } from 'node:path';
import type { Alias } from 'vite';
import { defineConfig } from 'vitest/config';
import { compileCache } from './apps/cli/bin/node24.mjs';
import { chromiumIsThere } from './scripts/ground/chromium.mjs';
import { listFiles } from './scripts/ground/files.mjs';
import { replacesModules } from './scripts/ground/replacing.mjs';
import { say } from './scripts/ground/say.mjs';

/** Judges what the other tests of its package reached, and so runs after them. */
const EVERY_RULE = 'packages/mls/test/throw-sites/every-rule.test.ts';

/** How passwords are stretched in the tests of packages/client. */
const QUICK_STRETCHING = join(import.meta.dirname, 'packages/client/test/quick-stretching.ts');

const tests = listFiles(import.meta.dirname).filter((file) => /\.test\.tsx?$/.test(file));
const replacing = new Set(tests.filter((file) => replacesModules(import.meta.dirname, file)));

interface Part {
  readonly name: string;
  readonly of: (file: string) => boolean;
  readonly maxWorkers: number;
  readonly sequence: { readonly groupOrder: number };
  readonly globalSetup?: string;
  readonly setupFiles?: readonly string[];
  readonly alias?: Alias[];
}

/**
 * The files of one process find the modules that those before them loaded, which halves what all of it takes. Those that
 * replace modules load their own anew.
 */
function projects({ name, of, setupFiles = [], ...setup }: Part) {
  const own = tests.filter(of);
  return [
    { name, include: own.filter((file) => !replacing.has(file)), setupFiles: [...setupFiles] },
    {
      name: `${name}, modules replaced`,
      include: own.filter((file) => replacing.has(file)),
      setupFiles: [...setupFiles, 'scripts/ground/fresh-modules.ts'],
    },
  ]
    .filter(({ include }) => include.length > 0)
    .map((project) => ({ test: { ...shared, ...setup, ...project } }));
}

const shared = {
  testTimeout: 30_000,
  hookTimeout: 30_000,
  isolate: false,
  execArgv: ['--disable-warning=ExperimentalWarning'],
  /** For the programs that tests start. */
  env: compileCache(join(import.meta.dirname, 'apps/cli/src/main.ts')),
};

/** One worker more than the cores that are promised: these wait for connections and programs, and leave a core to others. */
const WAITING = { maxWorkers: 3, sequence: { groupOrder: 0 } };
const COMPUTING = { maxWorkers: 2, sequence: { groupOrder: 1 } };
const LAST = { maxWorkers: 1, sequence: { groupOrder: 2 } };

if (!chromiumIsThere()) say('There is no Chromium, so the tests that run in it are left out.');

/** Every test of the repository but the journeys. */
export default defineConfig({
  test: {
    projects: [
      ...(chromiumIsThere() ? ['./vitest.browser.config.ts'] : []),
      ...projects({
        name: 'client',
        ...WAITING,
        of: (file) => file.startsWith('packages/client/'),
        globalSetup: 'packages/client/test/prepare.ts',
        alias: [{ find: /^\.\/password-stretching\.ts$/, replacement: QUICK_STRETCHING }],
      }),
      ...projects({
        name: 'mls',
        ...COMPUTING,
        of: (file) => file.startsWith('packages/mls/') && file !== EVERY_RULE,
        globalSetup: 'packages/mls/test/throw-sites/prepare.ts',
        setupFiles: ['packages/mls/test/throw-sites/record.ts'],
      }),
      ...projects({ name: 'all else', ...WAITING, of: (file) => !/^packages\/(client|mls)\//.test(file) }),
      { test: { ...shared, name: 'mls, every rule', include: [EVERY_RULE], ...LAST } },
    ],
  },
});
