/**
 * Whether a leaf of a group is a device of the account that it names: judged by verified account states, never by
 * what the server or the leaf says alone (DESIGN section 6; attack M2).
 */
import { type Bytes, equalBytes, hasCode } from '@sotto/crypto';
import type { AccountId, DeviceId } from '@sotto/protocol';
import type { Directory } from './directory.ts';
import type { Pin } from './pin.ts';

/** A leaf's claim, from its credential. */
export interface DeviceClaim {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  /** The account state that certifies the device, by number and hash. */
  readonly stateNumber: number;
  readonly stateHash: Bytes;
  readonly signatureKey: Bytes;
}

/** Which devices count: those of the newest state, or any that the account ever listed. */
export type Among = 'current' | 'ever';

/**
 * Fetches newer states where the claim does not hold by those known. False where it does not hold by the newest
 * either; throws `offline` and the like where that could not be found out.
 */
export async function isCertified(directory: Directory, claim: DeviceClaim, among: Among): Promise<boolean> {
  const known = directory.get(claim.accountId);
  if (known !== undefined && holds(known, claim, among)) return true;
  try {
    return holds(await directory.refresh(claim.accountId), claim, among);
  } catch (error) {
    if (FINAL.some((code) => hasCode(error, code))) return false;
    throw error;
  }
}

const FINAL = ['chain_invalid', 'not_found', 'unknown_address'];

function holds(pin: Pin, claim: DeviceClaim, among: Among): boolean {
  const hash = pin.hashes[claim.stateNumber];
  return hash !== undefined && equalBytes(hash, claim.stateHash) && hasDevice(pin, claim, among);
}

/** Whether the account lists the device with that key. */
export function hasDevice(
  pin: Pin,
  claim: Pick<DeviceClaim, 'deviceId' | 'signatureKey'>,
  among: Among,
): boolean {
  const device = pin.devices.find(({ id }) => id === claim.deviceId);
  if (device === undefined || (among === 'current' && !device.current)) return false;
  return equalBytes(device.key, claim.signatureKey);
}
