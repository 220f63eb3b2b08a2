/**
 * What is signed to prove a key to a server: bound to the server, the account and the one challenge, so that a
 * signature given to one server or for one purpose is of no use to another.
 */
import { type Bytes, encodeCbor } from '@sotto/crypto/public';
import { type AccountId, type DeviceId, idBytes } from '../ids.ts';

/** Signed under SIGNATURE.deviceSession. Challenge: 32 bytes that the server drew. */
export function sessionStatement(
  domain: string,
  accountId: AccountId,
  deviceId: DeviceId,
  challenge: Bytes,
): Bytes {
  return encodeCbor([domain, idBytes(accountId), idBytes(deviceId), challenge]);
}

/** Signed under SIGNATURE.slotSignIn. */
export function slotStatement(domain: string, name: string, challenge: Bytes): Bytes {
  return encodeCbor([domain, name, challenge]);
}
