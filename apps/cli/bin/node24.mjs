/**
 * Finds a Node that can run Sotto's sources and runs it in the place of this process. Plain JavaScript over built-in
 * modules: an older Node must be able to parse it.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

const OLDEST = 24;
const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']);

/** Platforms for which a Node comes with Sotto, as an optional dependency. */
const SHIPPED = ['linux-x64', 'linux-arm64'];

/**
 * @typedef {{ version: string, execPath: string, platform: string, arch: string }} Runtime
 */

/** Says what to do where there is neither a shipped Node nor one that is new enough. */
export class NodeMissing extends Error {
  /** @param {Runtime} runtime */
  constructor({ version, platform, arch }) {
    super(
      `Sotto needs Node ${OLDEST} or newer, and this is Node ${version} on ${platform}-${arch}. ` +
        'Install it from https://nodejs.org and try again.',
    );
    this.name = 'NodeMissing';
  }
}

/**
 * For before an installation: whether there will be a Node to run on after it.
 *
 * @param {Runtime} [runtime]
 * @throws {NodeMissing}
 */
export function refuseWithoutNode(runtime = process) {
  const shipped = SHIPPED.includes(`${runtime.platform}-${runtime.arch}`);
  if (!shipped && !isNewEnough(runtime)) throw new NodeMissing(runtime);
}

/** @param {Runtime} runtime */
function isNewEnough({ version }) {
  return Number(version.replace(/^v/, '').split('.')[0]) >= OLDEST;
}

/**
 * Path of a Node that is new enough: the one that runs this, or else the one that npm installed in a node_modules
 * folder at `from` or above it.
 *
 * @param {string} from a folder
 * @param {Runtime} [runtime]
 * @returns {string}
 * @throws {NodeMissing}
 */
export function findNode(from, runtime = process) {
  if (isNewEnough(runtime)) return runtime.execPath;
  const name = join('node_modules', `node-${runtime.platform}-${runtime.arch}`, 'bin', 'node');
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) break;
  }
  throw new NodeMissing(runtime);
}

/**
 * Runs a program with this process's terminal, environment and working directory, and hands on the signals that this
 * process gets.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit status; 128 and the signal's number where a signal ended it, as shells have it
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    const handlers = FORWARDED.map((signal) => ({ signal, handle: () => forward(child, signal) }));
    for (const { signal, handle } of handlers) process.on(signal, handle);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const { signal: name, handle } of handlers) process.off(name, handle);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * Runs TypeScript sources: Node strips their types once and keeps the result beside the packages that it belongs to,
 * which halves the time of the next start and spares 25 MB. A small young generation spares some more; the hot paths
 * of the server leave little garbage.
 *
 * @param {string} node path of a Node that {@link findNode} found
 * @param {string} main path of the program
 * @param {readonly string[]} args
 * @param {string} command what the person called, for the hints of the program
 */
export function runSources(node, main, args, command) {
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];
  const env = { ...compileCache(main), SOTTO_COMMAND: command, ...process.env };
  return run(node, [...flags, main, ...args], { env });
}

/**
 * @param {string} main path of a program in an app of this checkout
 * @returns {{ NODE_COMPILE_CACHE: string }} for its environment, where Node keeps what it made of the sources
 */
export function compileCache(main) {
  return { NODE_COMPILE_CACHE: join(dirname(main), '..', '..', '..', 'node_modules', '.cache', 'sotto') };
}

/**
 * A terminal sends Ctrl-C to every process in its foreground, so the child has it already; a second one could cut
 * its shutdown short.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function forward(child, signal) {
  const fromKeyboard = signal === 'SIGINT' || signal === 'SIGQUIT';
  if (!(fromKeyboard && isInForeground())) child.kill(signal);
}

/** Whether this process's group is the foreground group of a terminal: fields 5 and 8 of proc(5)'s stat. */
function isInForeground() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[2] === fields[5];
  } catch {
    return Boolean(process.stdin.isTTY || process.stderr.isTTY);
  }
}
