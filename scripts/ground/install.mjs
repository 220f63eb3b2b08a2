/**
 * Installs what package-lock.json names, where node_modules does not hold it yet. Compares contents, not times: npm
 * writes what it installed to node_modules/.package-lock.json when it is done, so an installation that broke off
 * counts as none.
 */
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../../apps/cli/bin/node24.mjs';
import { Stop, say } from './say.mjs';

/** What makes an installed package the one that was asked for. */
const KEPT = /** @type {const} */ (['version', 'integrity', 'link']);

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean }} Entry of a lockfile
 */

/**
 * @param {string} root
 * @throws {Stop} when npm fails
 */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return;
  say('Installing what Sotto needs. This takes a minute, and only the first time ...');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env, PATH: withoutLocalPrograms(process.env.PATH ?? '') };
  const status = await run('npm', args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Stop('npm could not install what Sotto needs. Its reason is above.', status);
}

/**
 * Whether node_modules holds exactly the packages that package-lock.json asks for. Optional ones may be missing: they
 * are for other platforms. The workspaces themselves are not installed, and do not count.
 *
 * @param {string} root
 * @returns {boolean}
 */
export function isInstalled(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const there = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) throw new Stop('package-lock.json is missing. Take it from the repository.', 1);
  if (there === undefined) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    const found = there[path];
    if (!isPackage(path) || (found === undefined && entry.optional === true)) continue;
    if (found === undefined || !KEPT.every((field) => found[field] === entry[field])) return false;
  }
  return Object.keys(there).every((path) => path in wanted);
}

/** @param {string} path */
function isPackage(path) {
  return path.includes('node_modules/');
}

/**
 * @param {string} path of a lockfile
 * @returns {Record<string, Entry> | undefined}
 */
function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The search path without node_modules/.bin: `npm ci` deletes the Node that is in it, and must not run on it.
 *
 * @param {string} path
 */
function withoutLocalPrograms(path) {
  return path
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
}
