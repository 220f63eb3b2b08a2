import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { build, type Plugin } from 'vite';
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

/** A worker with all that it imports, as the app has its own. */
async function inOneFile(file: string): Promise<string> {
  const output = { codeSplitting: false };
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, rolldownOptions: { input: file, output } },
  });
  if (!('output' in built)) throw new TypeError('one input has one output');
  return built.output[0].code;
}

const workers = new Map<string, Promise<string>>();

/** Tests start some forty workers, and each would load a hundred modules. */
const workersInOneFile: Plugin = {
  name: 'workers-in-one-file',
  load(id) {
    const [file = ''] = id.split('?');
    if (!file.endsWith('.test-worker.ts')) return null;
    const worker = workers.get(file) ?? inOneFile(file);
    workers.set(file, worker);
    return worker;
  },
};

/**
 * A project of vitest.config.ts, in the Chromium of this machine: what only a browser has (IndexedDB, Web Locks,
 * BroadcastChannel, workers), and what must do the same there as in Node (the MLS engine).
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [workersInOneFile],
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
