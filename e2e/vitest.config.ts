import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { compileCache } from '../apps/cli/bin/node24.mjs';

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
    /** For the command line that a journey starts. */
    env: compileCache(join(import.meta.dirname, '../apps/cli/src/main.ts')),
  },
});
