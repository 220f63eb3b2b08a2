/**
 * `npm run verify`: everything that can be said about the sources without running them. Runs all checks and shows what
 * those that failed had to say.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findNode, refuseWithoutNode } from '../apps/cli/bin/node24.mjs';
import { listFiles, ROOT } from './ground/files.mjs';
import { ensureInstalled } from './ground/install.mjs';
import { runScript, say } from './ground/say.mjs';

/** How many checks run at once: TypeScript uses more than one core by itself. */
const AT_ONCE = 2;

/** @typedef {{ name: string, args: string[] }} Check `args` for Node; the first one is the program's file */

await runScript(async () => {
  refuseWithoutNode();
  await ensureInstalled(ROOT);
  const waiting = checks();
  let failed = 0;
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await passes(check))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  say(failed === 0 ? 'Verified.' : `${failed} checks failed.`);
  return failed === 0 ? 0 : 1;
});

/** @returns {Check[]} */
function checks() {
  return [
    { name: 'types: scripts', args: [program('typescript', 'tsc'), '-p', '.'] },
    ...workspaces().map((folder) => ({
      name: `types: ${folder}`,
      args: [program('typescript', 'tsc'), '-p', folder],
    })),
    { name: 'dead code and dependencies', args: [program('knip', 'knip'), '--no-progress'] },
    { name: 'boundaries', args: ['scripts/boundaries/main.ts'] },
    { name: 'lint and format', args: [program('@biomejs/biome', 'biome'), 'check', '.'] },
  ];
}

/** Folders of the workspaces that hold sources already: the compiler fails where it finds none. */
function workspaces() {
  const folders = listFiles(ROOT)
    .filter((file) => /^.+\/tsconfig\.json$/.test(file))
    .map(dirname);
  return folders.filter((folder) => listFiles(ROOT, folder).some((file) => /\.tsx?$/.test(file)));
}

/**
 * The file that runs a program of a package.
 *
 * @param {string} name of the package
 * @param {string} bin
 */
function program(name, bin) {
  const folder = join(ROOT, 'node_modules', name);
  return join(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).bin[bin]);
}

/**
 * @param {Check} check
 * @returns {Promise<boolean>}
 */
function passes({ name, args }) {
  const started = performance.now();
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const output = [];
    const child = spawn(findNode(ROOT), args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('close', (status) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      say(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (status !== 0) say(Buffer.concat(output).toString('utf8'));
      resolve(status === 0);
    });
  });
}
