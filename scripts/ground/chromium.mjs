/** Debian's Chromium, in which the journeys run: found on the search path, or installed where apt-get may. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../../apps/cli/bin/node24.mjs';
import { Stop, say } from './say.mjs';

/** @throws {Stop} when there is none and it cannot be installed */
export async function ensureChromium() {
  if (isOnPath('chromium')) return;
  if (isOnPath('apt-get') && process.getuid?.() === 0) {
    say('Installing Chromium, in which the tests of the web app run ...');
    await aptGet('update', '--quiet=2');
    await aptGet('install', '--quiet=2', '--yes', '--no-install-recommends', 'chromium');
    if (isOnPath('chromium')) return;
  }
  throw new Stop('The tests need Chromium. Install it and try again: sudo apt-get install chromium', 1);
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

/** @param {string} program */
function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, program)));
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
