/** Errors as an interface shows them. */
import { SottoError } from '@sotto/crypto';
import type { Problem } from './api.ts';

/** What is not one of our typed errors says nothing of its inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof SottoError) return { code: error.code, message: error.message };
  return {
    code: 'internal',
    message: 'Something went wrong in Sotto. Try again; if it goes on, restart it.',
  };
}
