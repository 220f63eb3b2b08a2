import { defineConfig } from 'vitest/config';

const shared = {
  exclude: ['**/node_modules/**', '**/dist/**'],
  testTimeout: 30_000,
  hookTimeout: 30_000,
  execArgv: ['--disable-warning=ExperimentalWarning'],
};

/** Judges what the other tests of its package reached, and so runs after them. */
const EVERY_RULE = 'packages/mls/test/throw-sites/every-rule.test.ts';

/** Every test of the repository but those of a browser. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'client',
          include: ['packages/client/**/*.test.ts'],
          globalSetup: 'packages/client/test/prepare.ts',
        },
      },
      {
        test: {
          ...shared,
          name: 'mls',
          include: ['packages/mls/**/*.test.ts'],
          exclude: [...shared.exclude, EVERY_RULE],
          globalSetup: 'packages/mls/test/throw-sites/prepare.ts',
          setupFiles: 'packages/mls/test/throw-sites/record.ts',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: { ...shared, name: 'mls, every rule', include: [EVERY_RULE], sequence: { groupOrder: 2 } },
      },
      {
        test: {
          ...shared,
          name: 'all else',
          include: ['{packages,apps,e2e,bench,scripts}/**/*.test.{ts,tsx}'],
          exclude: [...shared.exclude, 'packages/{client,mls}/**'],
        },
      },
    ],
  },
});
