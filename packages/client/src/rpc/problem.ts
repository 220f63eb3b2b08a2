/** Errors on their way to an interface: a code and a sentence, nothing internal. */
import type { Problem } from '../api.ts';

/** What a command of a connected device rejects with: a {@link Problem} that is an error. */
export class DeviceError extends Error implements Problem {
  readonly code: string;

  constructor({ code, message }: Problem) {
    super(message);
    this.name = 'DeviceError';
    this.code = code;
  }
}

export const INTERNAL: Problem = {
  code: 'internal',
  message: 'Something went wrong in Sotto. Try again; if it goes on, restart it.',
};

export const INTERRUPTED: Problem = {
  code: 'interrupted',
  message: 'Sotto was interrupted while this was under way. Look whether it was done, and try again if not.',
};

export const UNKNOWN_REQUEST: Problem = {
  code: 'unknown_request',
  message: 'This window and Sotto on this device are of different versions. Close all windows and open one.',
};

/** Our own errors are written for a person; their names tell them apart here, where their class is not loaded. */
const OURS = new Set(['SottoError', 'DeviceError']);

export function problemOf(error: unknown): Problem {
  if (!(error instanceof Error) || !OURS.has(error.name) || !('code' in error)) return INTERNAL;
  return typeof error.code === 'string' ? { code: error.code, message: error.message } : INTERNAL;
}
