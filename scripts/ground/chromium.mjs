/**
 * The Chromium in which the tests of the web app run: found on the search path, or installed where apt-get may.
 * Preferred is the build of it without windows, where a new profile takes a quarter of a second instead of a whole one.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../../apps/cli/bin/node24.mjs';
import { Stop, say } from './say.mjs';

const PROGRAMS = ['chromium-headless-shell', 'chromium', 'chromium-browser'];
/** Debian's names, the preferred one first; not every release has it. */
const PACKAGES = ['chromium-headless-shell', 'chromium'];

/**
 * @returns {string} the path of the program
 * @throws {Stop} when there is none
 */
export function findChromium() {
  const found = onPath(...PROGRAMS);
  if (found === undefined) {
    throw new Stop(
      'The tests need Chromium. Install it and try again: sudo apt-get install chromium-headless-shell',
      1,
    );
  }
  return found;
}

/** @returns {boolean} */
export function chromiumIsThere() {
  return onPath(...PROGRAMS) !== undefined;
}

/** @throws {Stop} when there is none and it cannot be installed */
export async function ensureChromium() {
  if (!chromiumIsThere() && onPath('apt-get') !== undefined && process.getuid?.() === 0) {
    say('Installing Chromium, in which the tests of the web app run ...');
    await aptGet('update', '--quiet=2');
    for (const name of PACKAGES) {
      if (chromiumIsThere()) break;
      await aptGet('install', '--quiet=2', '--yes', '--no-install-recommends', name);
    }
  }
  findChromium();
}

/**
 * A failure is told by what is missing afterwards: an update may fail for a source that does not matter here.
 *
 * @param {...string} args
 */
async function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/**
 * @param {...string} programs
 * @returns {string | undefined} the path of the first of them that is there
 */
function onPath(...programs) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
