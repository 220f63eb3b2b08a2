/**
 * `npm start`: installs, builds, compiles and serves, each only where it is needed. Runs on Node 20 with nothing installed, so it
 * imports nothing but built-in modules. What follows `--` goes to `sotto serve`.
 */
import { join } from 'node:path';
import { findNode, refuseWithoutNode, runSources } from '../apps/cli/bin/node24.mjs';
import { ensureCompiled } from './ground/compiled.mjs';
import { ROOT } from './ground/files.mjs';
import { ensureInstalled } from './ground/install.mjs';
import { runScript } from './ground/say.mjs';
import { ensureWebBuilt } from './ground/web.mjs';

await runScript(async () => {
  refuseWithoutNode();
  await ensureInstalled(ROOT);
  await ensureWebBuilt(ROOT);
  await ensureCompiled(ROOT);
  const main = join(ROOT, 'apps/cli/src/main.ts');
  return runSources(findNode(ROOT), main, ['serve', ...process.argv.slice(2)], 'npm start');
});
