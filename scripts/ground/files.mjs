/** The files of the checkout, found by walking it: git need not be there. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout, without a slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** What other programs put here; the same as in .gitignore. */
const FOREIGN = new Set(['node_modules', 'dist', 'data', 'coverage', '.git', '.sotto-build']);

/**
 * Every file under `folder`, sorted, as paths relative to `root` with forward slashes.
 *
 * @param {string} root
 * @param {string} [folder] relative to `root`; one that is not there has no files
 * @returns {string[]}
 */
export function listFiles(root, folder = '.') {
  return [...walk(root, folder === '.' ? '' : folder)].sort();
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {Generator<string>}
 */
function* walk(root, folder) {
  for (const entry of entriesOf(join(root, folder))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && !FOREIGN.has(entry.name)) yield* walk(root, path);
  }
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
