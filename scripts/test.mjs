/**
 * `npm test`: installs and builds what the tests need, runs all of them, and ends with the line that counts. Runs on
 * Node 20 with nothing installed, so it imports nothing but built-in modules.
 */
import { refuseWithoutNode } from '../apps/cli/bin/node24.mjs';
import { ensureChromium } from './ground/chromium.mjs';
import { ROOT } from './ground/files.mjs';
import { ensureInstalled } from './ground/install.mjs';
import { runScript, Stop, say } from './ground/say.mjs';
import { runSuite } from './ground/suite.mjs';
import { ensureWebBuilt } from './ground/web.mjs';

const TESTS = { name: 'tests', config: 'vitest.config.ts', files: /\.(browser-)?test\.tsx?$/ };
const JOURNEYS = { name: 'journeys', config: 'e2e/vitest.config.ts', files: /^e2e\/.*\.journey\.ts$/ };

await runScript(async () => {
  if (process.argv.length > 2) {
    throw new Stop('npm test takes no arguments. For a part of the tests: npx vitest run PATH', 2);
  }
  refuseWithoutNode();
  await ensureInstalled(ROOT);
  const prepared = await Promise.allSettled([ensureChromium(), ensureWebBuilt(ROOT)]);
  for (const part of prepared) if (part.status === 'rejected') throw part.reason;
  const totals = [];
  for (const suite of [TESTS, JOURNEYS]) totals.push(await runSuite(ROOT, suite));
  return conclude(totals);
});

/** @param {import('./ground/suite.mjs').Totals[]} totals */
function conclude(totals) {
  const [passed, failed, skipped] = /** @type {const} */ (['passed', 'failed', 'skipped']).map((key) =>
    totals.reduce((sum, each) => sum + each[key], 0),
  );
  if (skipped) say(`${skipped} skipped`);
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
