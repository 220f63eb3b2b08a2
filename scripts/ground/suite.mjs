/**
 * Runs vitest and counts what it did. A file of tests that vitest did not run, one without a test or that broke before its
 * first one, and a failure outside of any test each count as failed: nothing passes by not being run.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findNode, run } from '../../apps/cli/bin/node24.mjs';
import { listFiles } from './files.mjs';
import { say } from './say.mjs';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Totals
 * @typedef {{ name: string, status: string, assertionResults: { status: string }[] }} FileResult
 * @typedef {{ testResults: FileResult[] }} Report what vitest's JSON reporter writes, as far as it is used here
 * @typedef {{ name: string, config: string, files: RegExp }} Suite `files` matches the paths of all its files
 */

/**
 * @param {string} root
 * @param {Suite} suite
 * @returns {Promise<Totals>}
 */
export async function runSuite(root, suite) {
  const output = join(root, '.sotto-build', `${suite.name}.json`);
  mkdirSync(dirname(output), { recursive: true });
  rmSync(output, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    '--disable-warning=ExperimentalWarning',
    vitest,
    'run',
    '--config',
    join(root, suite.config),
    ...reporters,
  ];
  const status = await run(findNode(root), args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const expected = listFiles(root).filter((file) => suite.files.test(file));
  const { problems, ...totals } = count(root, expected, readReport(output), status);
  for (const problem of problems) say(`Failed: ${problem}`);
  return totals;
}

/**
 * @param {string} path
 * @returns {Report}
 */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { testResults: [] };
  }
}

/**
 * @param {string} root
 * @param {string[]} expected paths of the files that should have run, relative to `root`
 * @param {Report} report
 * @param {number} status vitest's exit status
 * @returns {Totals & { problems: string[] }} `problems` are the failures that are no test's
 */
export function count(root, expected, report, status) {
  const tests = report.testResults.flatMap((file) => file.assertionResults.map((test) => test.status));
  const broken = report.testResults
    .filter(isBroken)
    .map((file) => `${relative(root, file.name)} broke outside of a test`);
  const empty = report.testResults
    .filter((file) => file.assertionResults.length === 0 && !isBroken(file))
    .map((file) => `${relative(root, file.name)} has no test`);
  const ran = new Set(report.testResults.map((file) => relative(root, file.name)));
  const missed = expected.filter((file) => !ran.has(file)).map((file) => `${file} was not run`);
  const problems = [...broken, ...empty, ...missed];
  const passed = tests.filter((test) => test === 'passed').length;
  const failures = tests.filter((test) => test === 'failed').length;
  if (passed + failures === 0) problems.push('no test ran');
  if (status !== 0 && failures + problems.length === 0) problems.push(`vitest ended with status ${status}`);
  return { passed, failed: failures + problems.length, skipped: tests.length - passed - failures, problems };
}

/** @param {FileResult} file */
function isBroken(file) {
  return file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed');
}
