/** Judging the leaves of a group for the engine: the account's states certify the device, and the account belongs here. */
import type { AccountId, DeviceId } from '@sotto/protocol';
import {
  type Authenticate,
  decodeCredential,
  decodeDirectContext,
  type Presented,
} from '@sotto/protocol/conversations';
import { type Among, type DeviceClaim, isCertified } from '../directory/certify.ts';
import type { Directory } from '../directory/directory.ts';

export interface Judgement {
  readonly authenticate: Authenticate;
  /** Throws again what kept a leaf from being judged, so that it is not taken for a refusal. */
  rethrow(): void;
}

/**
 * @param self the own account: it must be one of the two
 * @param among `current` for leaves that come in, `ever` for a group that is joined as it is
 */
export function judge(directory: Directory, self: AccountId, among: Among): Judgement {
  let failure: unknown;
  return {
    async authenticate(leaf, place, previous) {
      const claim = claimOf(leaf);
      const accounts = decodeDirectContext(place.context);
      if (claim === undefined || accounts === undefined) return false;
      if (!accounts.includes(claim.accountId) || !accounts.includes(self)) return false;
      if (previous !== null && !succeeds(claim, claimOf(previous))) return false;
      try {
        // A member that renews its leaf is in already: who has left its account since is removed, not refused.
        return await isCertified(directory, claim, previous === null ? among : 'ever');
      } catch (error) {
        failure = error;
        return false;
      }
    },
    rethrow() {
      if (failure !== undefined) throw failure;
    },
  };
}

/** The same device, by the same or a later state of its account; the engine has compared the keys. */
function succeeds(claim: DeviceClaim, before: DeviceClaim | undefined): boolean {
  if (before === undefined) return false;
  const same = before.accountId === claim.accountId && before.deviceId === claim.deviceId;
  return same && before.stateNumber <= claim.stateNumber;
}

/** What a leaf says of its device; undefined where its credential is malformed. */
export function claimOf(leaf: Presented): DeviceClaim | undefined {
  const credential = decodeCredential(leaf.identity);
  if (credential === undefined) return undefined;
  const { accountId, deviceId, state } = credential;
  return {
    accountId,
    deviceId,
    stateNumber: state.number,
    stateHash: state.hash,
    signatureKey: leaf.signatureKey,
  };
}

/** Whether the device that signed is the one that the server names as the sender (attack M6). */
export function isSender(claim: DeviceClaim, named: DeviceId): boolean {
  return claim.deviceId === named;
}
