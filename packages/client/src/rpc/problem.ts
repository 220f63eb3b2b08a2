/** Errors on the way between a device and an interface. */
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

export const INTERRUPTED: Problem = {
  code: 'interrupted',
  message: 'Sotto was interrupted while this was under way. Look whether it was done, and try again if not.',
};

export const UNKNOWN_REQUEST: Problem = {
  code: 'unknown_request',
  message: 'This window and Sotto on this device are of different versions. Close all windows and open one.',
};
