import { defineConfig } from 'vitest/config';

const shared = {
  exclude: ['**/node_modules/**', '**/dist/**'],
  testTimeout: 30_000,
  execArgv: ['--disable-warning=ExperimentalWarning'],
};

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
          name: 'all else',
          include: ['{packages,apps,e2e,bench,scripts}/**/*.test.{ts,tsx}'],
          exclude: [...shared.exclude, 'packages/client/**'],
        },
      },
    ],
  },
});
