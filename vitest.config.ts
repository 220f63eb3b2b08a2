import { defineConfig } from 'vitest/config';

/** Every test of the repository but the browser journeys, which need a longer leash and run one file at a time. */
export default defineConfig({
  test: {
    include: ['{packages,apps,e2e,bench,scripts}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    maxWorkers: 2,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
});
