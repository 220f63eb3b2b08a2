/** What goes wrong in this package; `code` is stable, `message` is fit for a person. */
export type CryptoErrorCode = 'random_failed' | 'not_authentic' | 'bad_key' | 'bad_length';

export class CryptoError extends Error {
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CryptoError';
    this.code = code;
  }
}
