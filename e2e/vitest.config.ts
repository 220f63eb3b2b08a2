import { defineConfig } from 'vitest/config';

/** Journeys in a real browser, two files at a time: each has a server and a browser of its own, and mostly waits. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['journeys/**/*.journey.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    isolate: false,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
});
