/**
 * What an app is made from, as one hash: it tells whether what was made from the sources is stale. Times of files do not
 * count, since git sets them as it likes.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from './files.mjs';

/**
 * @param {string} root
 * @param {string} app folder of a workspace
 * @returns {string} of the workspace, of those that it is made from, and of all versions
 */
export function hashOfInputs(root, app) {
  const folders = workspacesBehind(root, app);
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
    const own = name.slice('@sotto/'.length);
    const next = existsSync(join(root, 'packages', own)) ? `packages/${own}` : `apps/${own}`;
    if (!found.has(next)) workspacesBehind(root, next, found);
  }
  return [...found].sort();
}
