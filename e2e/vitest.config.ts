import { defineConfig } from 'vitest/config';

/** Journeys in a real browser: one file after the other, since each starts a server and browsers. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['journeys/**/*.journey.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    fileParallelism: false,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
});
