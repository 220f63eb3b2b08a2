/**
 * The server's half of OPAQUE (RFC 9807) by @serenity-kit/opaque: the one place of the server that touches anything
 * made from a password. It never sees a password or what a password opens.
 */

import { ready, server } from '@serenity-kit/opaque';
import { wireErrorOf } from '@sotto/contract';

export interface Opaque {
  /** Steps done so far: tests and metrics read it. */
  readonly operations: () => number;
  /** First step of registering. Throws `bad_request` for a malformed request. */
  register(identifier: string, request: string): string;
  /** KE1 to KE2. Without a record the answer is a fake that nobody can tell from a real one. */
  start(identifier: string, record: string | null, request: string): OpaqueStart;
  /** True where KE3 proves the password. */
  finish(state: string, finish: string): boolean;
}

export interface OpaqueStart {
  readonly state: string;
  readonly response: string;
}

/** A fresh setup: the seed of the OPRF and the server's key. */
export async function newOpaqueSetup(): Promise<() => string> {
  await ready;
  return () => server.createSetup();
}

export async function opaqueServer(serverSetup: string): Promise<Opaque> {
  await ready;
  let operations = 0;
  return {
    operations: () => operations,
    register(userIdentifier, registrationRequest) {
      operations++;
      return orBadRequest(
        () =>
          server.createRegistrationResponse({ serverSetup, userIdentifier, registrationRequest })
            .registrationResponse,
      );
    },
    start(userIdentifier, registrationRecord, startLoginRequest) {
      operations++;
      const { serverLoginState, loginResponse } = orBadRequest(() =>
        server.startLogin({ serverSetup, userIdentifier, registrationRecord, startLoginRequest }),
      );
      return { state: serverLoginState, response: loginResponse };
    },
    finish(serverLoginState, finishLoginRequest) {
      operations++;
      try {
        server.finishLogin({ serverLoginState, finishLoginRequest });
        return true;
      } catch {
        return false;
      }
    },
  };
}

function orBadRequest<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw wireErrorOf('bad_request', cause);
  }
}
