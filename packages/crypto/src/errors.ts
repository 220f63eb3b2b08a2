/**
 * The one error of the house. `code` is stable and stands in the table of docs/spec/errors.md; `message` is fit for
 * a person and holds no secret, name or content; `cause` stays on this machine.
 */
export class SottoError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SottoError';
    this.code = code;
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof SottoError && error.code === code;
}
