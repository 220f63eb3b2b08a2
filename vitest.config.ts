import { defineConfig } from 'vitest/config';

/** Every test of the repository but the browser journeys, which need a longer leash and run one file at a time. */
export default defineConfig({
  test: {
    include: ['{packages,apps,bench,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
