/** What ends a command early, and with which exit status. */

/** It was called in a way that makes no sense: exit status 2. */
export class UsageError extends Error {
  readonly code = 'usage';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** It could not be done: exit status 1. The message is one line for a person. */
export class Failure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }
}

/** The person pressed Ctrl-C at a prompt: 130, as shells have it. */
export class Cancelled extends Error {
  readonly code = 'cancelled';

  constructor() {
    super('Cancelled.');
    this.name = 'Cancelled';
  }
}

export const EXIT = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;
