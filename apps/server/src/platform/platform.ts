/** What every vertical of the server stands on. */

import { wireErrorOf } from '@sotto/contract';
import { type Bytes, fromBase64Url } from '@sotto/crypto/public';
import type { Settings } from '../settings.ts';
import type { Database } from './database/database.ts';
import type { Secrets } from './secrets.ts';

export interface Platform {
  readonly settings: Settings;
  readonly database: Database;
  readonly secrets: Secrets;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The bytes of a field that the schema let through; `bad_request` where it is no canonical base64url. */
export function requiredBytes(field: string): Bytes {
  const bytes = fromBase64Url(field);
  if (bytes === undefined) throw wireErrorOf('bad_request');
  return bytes;
}
