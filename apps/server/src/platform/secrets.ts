/**
 * The one secret of the server: OPAQUE's setup, which holds the seed of its OPRF. It lies beside the database and
 * never in it, so that a copy of the database alone lets nobody guess passwords (attack K6). Without it nobody can
 * sign in by password any more; recovery codes still work.
 */
import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Bytes, SottoError } from '@sotto/crypto/public';

export interface Secrets {
  readonly opaqueSetup: string;
  /** A keyed hash for one purpose: what it hides cannot be found by trying all names without the secret. */
  readonly hash: (purpose: string, text: string) => Bytes;
}

export function secretsFile(dataDirectory: string): string {
  return join(dataDirectory, 'secrets', 'opaque-setup');
}

/**
 * @param makeSetup draws a fresh one, at the first start
 * Throws `secrets_damaged` where the file is not what was written, or is missing and may not be made.
 */
export function readSecrets(dataDirectory: string, makeSetup?: () => string): Secrets {
  const file = secretsFile(dataDirectory);
  if (!existsSync(file) && makeSetup !== undefined) writeSecrets(dataDirectory, makeSetup());
  const opaqueSetup = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (!/^[A-Za-z0-9_-]{100,}$/.test(opaqueSetup)) {
    throw new SottoError(
      'secrets_damaged',
      `The file ${file} is damaged or missing. Put back the one of a backup: without it nobody can sign in by password.`,
    );
  }
  return {
    opaqueSetup,
    hash: (purpose, text) =>
      new Uint8Array(createHmac('sha256', opaqueSetup).update(`sotto server ${purpose}\0${text}`).digest()),
  };
}

export function writeSecrets(dataDirectory: string, opaqueSetup: string): void {
  const file = secretsFile(dataDirectory);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${opaqueSetup}\n`, { mode: 0o600, flush: true });
  chmodSync(file, 0o600);
}
