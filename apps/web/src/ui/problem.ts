/** What a failed command rejects with, as a problem that can be shown. */
import type { Problem } from '@sotto/client/api';

const UNKNOWN: Problem = {
  code: 'unexpected',
  message: 'Something went wrong in the app. Try again; if it goes on, reload the page.',
};

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message } = value as Partial<Record<keyof Problem, unknown>>;
  return typeof code === 'string' && typeof message === 'string' && message !== '';
}

/** A device rejects with problems; anything else is a fault of ours, whose text is not fit to be shown. */
export function problemOf(error: unknown): Problem {
  return isProblem(error) ? { code: error.code, message: error.message } : UNKNOWN;
}

/** What is shown where a password alone was asked for: the name is known and right. */
export function ofPassword(problem: Problem | null): Problem | null {
  if (problem?.code !== 'sign_in_refused') return problem;
  const message = 'This is not your password, or there were too many tries. Check it, or wait a minute.';
  return { ...problem, message };
}
