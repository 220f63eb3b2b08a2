/** Proving a recovery code: its sign-in key signs the server's challenge. */
import { fieldBytes, identity } from '@sotto/contract';
import { SottoError, sign, toBase64Url } from '@sotto/crypto';
import { SIGNATURE, type SlotKeys, slotStatement } from '@sotto/protocol';
import type { Http } from '../session/http.ts';

/** @returns a token that proves the slot for ten minutes. Throws `recovery_refused`. */
export async function proveRecovery(
  http: Http,
  domain: string,
  name: string,
  keys: SlotKeys,
): Promise<string> {
  const { attempt, challenge } = await http.request(identity.startRecoverySignIn, { name });
  const bytes = fieldBytes(challenge);
  if (bytes === undefined) throw new SottoError('server_answer_invalid', 'The server gave a bad challenge.');
  const signature = await sign(keys.signIn, SIGNATURE.slotSignIn, slotStatement(domain, name, bytes));
  const { token } = await http.request(identity.finishRecoverySignIn, {
    attempt,
    signature: toBase64Url(signature),
  });
  return token;
}
