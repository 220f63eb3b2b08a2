/**
 * Every error code that crosses the wire, its HTTP status and its sentence for a person. docs/spec/errors.md repeats
 * the table and a test holds the two equal. On the wire an error is `{ code, message }` and nothing else.
 */
import { SottoError } from '@sotto/crypto/public';
import * as z from 'zod/mini';

export const ERRORS = {
  bad_request: [400, 'The server did not understand the request. Update Sotto and try again.'],
  not_signed_in: [401, 'This device is not signed in any more. Sign in again.'],
  sign_in_refused: [
    401,
    'The name or the password is wrong, or there were too many tries. Check both, or wait a minute.',
  ],
  recovery_refused: [
    401,
    'The name or the recovery code is wrong, or there were too many tries. Check both, or wait a minute.',
  ],
  forbidden: [403, 'You may not do that here.'],
  registration_closed: [403, 'This server takes no new accounts. Ask whoever runs it.'],
  invite_needed: [403, 'This server needs an invite. Ask whoever runs it for one.'],
  invite_invalid: [403, 'This invite was used, has expired or is not from this server. Ask for a new one.'],
  https_needed: [403, 'Sotto works only over HTTPS, or on the machine that it runs on.'],
  not_found: [404, 'There is nothing here.'],
  unknown_address: [404, 'Nobody has this address. Check the spelling.'],
  unknown_group: [404, 'This conversation is not on the server.'],
  name_taken: [409, 'This name is taken. Choose another.'],
  account_exists: [409, 'This account exists already.'],
  state_conflict: [409, 'The account was changed from another device at the same time. Try again.'],
  handshake_conflict: [409, 'The conversation was changed by another device at the same time.'],
  group_exists: [409, 'This conversation exists already.'],
  counter_reused: [409, 'This device has sent other messages under the same number.'],
  out_of_order: [409, 'An earlier message of this device has not arrived yet.'],
  connection_replaced: [409, 'This device is connected from elsewhere at the same time.'],
  too_large: [413, 'This is larger than the server takes.'],
  handshake_invalid: [
    422,
    'The server could not follow this change to the conversation. Update Sotto and try again.',
  ],
  group_unsupported: [
    422,
    'This conversation was begun with an early version of Sotto and cannot be changed any more. Begin a new one.',
  ],
  state_invalid: [422, 'The account data does not check out.'],
  version_unsupported: [426, 'This app and the server are of different versions. Update the older one.'],
  too_many_requests: [429, 'Too many tries in a short time. Wait a minute and try again.'],
  server_error: [500, 'The server failed. Try again; if it goes on, tell whoever runs it.'],
  going_down: [503, 'The server is going down. Sotto connects again by itself.'],
  storage_full: [507, 'The server has no space left. Nothing was lost; tell whoever runs it.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type WireErrorCode = keyof typeof ERRORS;

export const wireError = z.object({ code: z.string(), message: z.string() });

export function isWireErrorCode(code: string): code is WireErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** The error of that code with its sentence from the table. */
export function wireErrorOf(code: WireErrorCode, cause?: unknown): SottoError {
  return new SottoError(code, ERRORS[code][1], { cause });
}
