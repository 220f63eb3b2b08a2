/**
 * Builds the web app where it is stale: when the hash over everything that goes into it differs from the hash that the
 * last build left behind. Times of files do not count, since git sets them as it likes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findNode, run } from '../../apps/cli/bin/node24.mjs';
import { listFiles } from './files.mjs';
import { Stop, say } from './say.mjs';

const APP = 'apps/web';
const STAMP = `${APP}/.sotto-build/hash`;

/**
 * @param {string} root
 * @throws {Stop} when the build fails
 */
export async function ensureWebBuilt(root) {
  const hash = hashOfInputs(root);
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

/**
 * @param {string} root
 * @returns {string} of the app, of the workspaces that it is built from, and of all versions
 */
export function hashOfInputs(root) {
  const folders = workspacesBehind(root, APP);
  const files = folders.flatMap((folder) => listFiles(root, folder)).filter((file) => !isTest(file));
  const hash = createHash('sha256');
  for (const file of [...files, 'package-lock.json', 'tsconfig.base.json']) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} file */
function isTest(file) {
  return /\.test\.tsx?$/.test(file);
}

/**
 * The workspace in `folder` and those that it depends on, near or far.
 *
 * @param {string} root
 * @param {string} folder
 * @param {Set<string>} [found]
 * @returns {string[]} folders
 */
function workspacesBehind(root, folder, found = new Set()) {
  found.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    if (!name.startsWith('@sotto/')) continue;
    const next = `packages/${name.slice('@sotto/'.length)}`;
    if (!found.has(next)) workspacesBehind(root, next, found);
  }
  return [...found].sort();
}
