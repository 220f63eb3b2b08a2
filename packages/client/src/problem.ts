/** Errors as an interface shows them: a code and a sentence, nothing internal. */
import type { Problem } from './api.ts';

export const INTERNAL: Problem = {
  code: 'internal',
  message: 'Something went wrong in Sotto. Try again; if it goes on, restart it.',
};

/** Our own errors are written for a person; their names tell them apart where their class is not loaded. */
const OURS = new Set(['SottoError', 'DeviceError']);

/** What is not one of our typed errors says nothing of its inside. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof Error) || !OURS.has(error.name) || !('code' in error)) return INTERNAL;
  return typeof error.code === 'string' ? { code: error.code, message: error.message } : INTERNAL;
}
