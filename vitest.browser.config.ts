import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from './scripts/ground/chromium.mjs';

/** The MLS vectors of at most this many bytes: the larger files say the same of more and larger groups. */
const LARGEST_VECTORS = 250_000;

/** Vector files by name; none where the folder of `packages/mls/test/vectors/vectors.test.ts` is missing. */
function mlsVectors(): Record<string, string> {
  const root = process.env.SOTTO_VECTORS ?? resolve(import.meta.dirname, '../shared/vectors');
  const folder = join(root, 'mls');
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const texts = files.map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);
  return Object.fromEntries(texts.filter(([, text]) => text.length <= LARGEST_VECTORS));
}

/**
 * A project of vitest.config.ts, in the Chromium of this machine: what only a browser has (IndexedDB, Web Locks,
 * BroadcastChannel, workers), and what must do the same there as in Node (the MLS engine).
 */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    name: 'in-browser',
    /** As the project of packages/client, beside which it runs. */
    maxWorkers: 3,
    sequence: { groupOrder: 0 },
    include: ['packages/*/{src,test}/**/*.browser-test.ts'],
    provide: { mlsVectors: mlsVectors() },
    testTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: findChromium(),
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
