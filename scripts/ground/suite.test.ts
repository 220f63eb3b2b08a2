import { describe, expect, it } from 'vitest';
import { count } from './suite.mjs';

const ROOT = '/sotto';
const [A, B] = ['packages/a.test.ts', 'packages/b.test.ts'];

function file(name: string, ...statuses: string[]) {
  const status = statuses.includes('failed') ? 'failed' : 'passed';
  return { name: `${ROOT}/${name}`, status, assertionResults: statuses.map((each) => ({ status: each })) };
}

describe('the count at the end of npm test', () => {
  it('sums up all files', () => {
    const report = { testResults: [file(A, 'passed', 'passed'), file(B, 'passed', 'skipped', 'todo')] };
    expect(count(ROOT, [A, B], report, 0)).toEqual({ passed: 3, failed: 0, skipped: 2, problems: [] });
  });

  it('counts what failed', () => {
    const report = { testResults: [file(A, 'passed', 'failed'), file(B, 'failed')] };
    expect(count(ROOT, [A, B], report, 1)).toEqual({ passed: 1, failed: 2, skipped: 0, problems: [] });
  });

  it('counts a file that broke before its first test', () => {
    const report = { testResults: [file(A, 'passed'), { ...file(B), status: 'failed' }] };
    expect(count(ROOT, [A, B], report, 1)).toMatchObject({
      passed: 1,
      failed: 1,
      problems: [`${B} broke outside of a test`],
    });
  });

  it('counts a file without a test', () => {
    const report = { testResults: [file(A, 'passed'), file(B)] };
    expect(count(ROOT, [A, B], report, 0)).toMatchObject({ failed: 1, problems: [`${B} has no test`] });
  });

  it('counts a file that is there and was not run', () => {
    expect(count(ROOT, [A, B], { testResults: [file(A, 'passed')] }, 0)).toMatchObject({
      failed: 1,
      problems: [`${B} was not run`],
    });
  });

  it('counts a failure outside of any test', () => {
    expect(count(ROOT, [A], { testResults: [file(A, 'passed')] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  it('counts a run of nothing as a failure', () => {
    expect(count(ROOT, [], { testResults: [] }, 0)).toMatchObject({
      passed: 0,
      failed: 1,
      problems: ['no test ran'],
    });
  });
});
