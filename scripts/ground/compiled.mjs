/**
 * Lets Node load the server's sources once before it serves, where they have changed since: a process that strips types
 * itself keeps 25 MB for that as long as it runs, and one that finds them stripped does not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileCache, findNode, run } from '../../apps/cli/bin/node24.mjs';
import { hashOfInputs } from './inputs.mjs';

const APP = 'apps/cli';
/** Loaded by the command line only when it serves. */
const SERVER = 'apps/server/src/index.ts';

/**
 * What goes wrong here shows when the server starts, or costs that memory.
 *
 * @param {string} root
 */
export async function ensureCompiled(root) {
  const main = join(root, APP, 'src', 'main.ts');
  const env = { ...compileCache(main), ...process.env };
  const stamp = join(env.NODE_COMPILE_CACHE, 'server.hash');
  const hash = hashOfInputs(root, APP);
  if (contentOf(stamp) === hash) return;
  const args = ['--import', join(root, SERVER), main, 'version'];
  const status = await run(findNode(root), args, { env, stdio: 'ignore' });
  if (status === 0) keep(stamp, hash);
}

/**
 * Where there is no cache, or it belongs to another user, the next start tries again.
 *
 * @param {string} file
 * @param {string} content
 */
function keep(file, content) {
  try {
    writeFileSync(file, content);
  } catch {}
}

/** @param {string} file */
function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
