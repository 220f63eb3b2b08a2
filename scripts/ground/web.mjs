/**
 * Builds the web app where it is stale: when the hash over everything that goes into it differs from the hash that the
 * last build left behind. Times of files do not count, since git sets them as it likes.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findNode, run } from '../../apps/cli/bin/node24.mjs';
import { hashOfInputs } from './inputs.mjs';
import { Stop, say } from './say.mjs';

const APP = 'apps/web';
const STAMP = `${APP}/.sotto-build/hash`;

/**
 * @param {string} root
 * @throws {Stop} when the build fails
 */
export async function ensureWebBuilt(root) {
  const hash = hashOfInputs(root, APP);
  if (isBuilt(root, hash)) return;
  say('Building the web app ...');
  rmSync(join(root, STAMP), { force: true });
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--logLevel', 'error'];
  const cwd = join(root, APP);
  // Errors go to standard error; the rest is a display of progress.
  const status = await run(findNode(root), args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Stop('The web app could not be built. The reason is above.', status);
  mkdirSync(dirname(join(root, STAMP)), { recursive: true });
  writeFileSync(join(root, STAMP), hash);
}

/**
 * @param {string} root
 * @param {string} hash
 */
function isBuilt(root, hash) {
  const stamp = join(root, STAMP);
  return (
    existsSync(join(root, APP, 'dist', 'index.html')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === hash
  );
}
