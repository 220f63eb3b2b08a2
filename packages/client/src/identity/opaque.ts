/**
 * The client's half of OPAQUE (RFC 9807, by @serenity-kit/opaque): the server never sees the password, nor anything
 * that a single request could be checked against. How a password is stretched is fixed in password-stretching.ts; a
 * server that proposes something else is refused before anything is derived (attack K3).
 */
import { identity, STRETCHING } from '@sotto/contract';
import { type Bytes, fromBase64Url, lazily, SottoError } from '@sotto/crypto';
import type { Http } from '../session/http.ts';
import { KEY_STRETCHING } from './password-stretching.ts';

/** Loaded when a password is first used: a device that is signed in does without. */
const loadOpaque = lazily(async () => {
  const { client, ready } = await import('@serenity-kit/opaque');
  await ready;
  return client;
});

type OpaqueClient = Awaited<ReturnType<typeof loadOpaque>>;

export interface PasswordProof {
  /** Proves the slot to the server for ten minutes. */
  readonly token: string;
  /** The slot secret: 64 bytes. */
  readonly secret: Bytes;
}

/** Throws `sign_in_refused` alike for a wrong name, a wrong password and too many tries. */
export async function provePassword(http: Http, name: string, password: string): Promise<PasswordProof> {
  const client = await loadOpaque();
  const normal = normalPassword(password);
  const start = client.startLogin({ password: normal });
  const answer = await http.request(identity.startPasswordSignIn, { name, request: start.startLoginRequest });
  requireStretching(answer.stretching);
  const finished = finishLogin(client, start.clientLoginState, answer.response, normal);
  // A wrong password takes the same steps as a right one, so that the two look alike from outside.
  const finish = finished?.finishLoginRequest ?? fakeFinish(start.startLoginRequest);
  const { token } = await http.request(identity.finishPasswordSignIn, { attempt: answer.attempt, finish });
  if (finished === undefined) throw invalid();
  return { token, secret: secretFrom(finished.exportKey) };
}

export interface PasswordRegistration {
  /** For {@link finishRegistration}; holds the password, so keep it in memory only. */
  readonly request: string;
  finish(response: string): Promise<{ readonly record: string; readonly secret: Bytes }>;
}

/** First step of registering a password: `request` goes to the server, its answer into `finish`. */
export async function startRegistration(password: string): Promise<PasswordRegistration> {
  const client = await loadOpaque();
  const normal = normalPassword(password);
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password: normal });
  return {
    request: registrationRequest,
    async finish(registrationResponse) {
      const { registrationRecord, exportKey } = client.finishRegistration({
        clientRegistrationState,
        registrationResponse,
        password: normal,
        keyStretching: KEY_STRETCHING,
      });
      return { record: registrationRecord, secret: secretFrom(exportKey) };
    },
  };
}

/** Throws `downgrade_refused` for any stretching but the one that this program fixes. */
function requireStretching(proposed: number): void {
  if (proposed !== STRETCHING) {
    throw new SottoError(
      'downgrade_refused',
      'The server asked for weaker protection of your password than Sotto allows. Nothing was sent; do not use this server before its owner has explained it.',
    );
  }
}

function finishLogin(
  client: OpaqueClient,
  clientLoginState: string,
  loginResponse: string,
  password: string,
) {
  try {
    return client.finishLogin({ clientLoginState, loginResponse, password, keyStretching: KEY_STRETCHING });
  } catch (cause) {
    throw new SottoError(
      'server_answer_invalid',
      'The server gave an answer that this app does not understand.',
      {
        cause,
      },
    );
  }
}

/** 64 bytes that finish no login: the same size as a real KE3. */
function fakeFinish(request: string): string {
  return request.slice(0, 86).padEnd(86, 'A').replace(/.$/, 'A');
}

function normalPassword(password: string): string {
  return password.normalize('NFKC');
}

function secretFrom(exportKey: string): Bytes {
  const secret = fromBase64Url(exportKey);
  if (secret === undefined || secret.length !== 64) throw invalid();
  return secret;
}

function invalid(): SottoError {
  return new SottoError(
    'sign_in_refused',
    'The name or the password is wrong, or there were too many tries. Check both, or wait a minute.',
  );
}
