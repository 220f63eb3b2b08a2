/** A device's own keys: made here from the system's randomness, kept in the local store, never sent anywhere. */
import {
  type Bytes,
  type HpkeKeyPair,
  hpkeKeyPairFromSeed,
  type Random,
  type SigningKey,
  signingKeyFromSeed,
} from '@sotto/crypto';
import { type AccountDevice, type DeviceId, newId } from '@sotto/protocol';
import { MLS_SUITE } from '@sotto/protocol/conversations';

export interface DeviceKeys {
  readonly id: DeviceId;
  readonly signingSeed: Bytes;
  readonly encryptionSeed: Bytes;
  readonly signing: SigningKey;
  readonly encryption: HpkeKeyPair;
}

export function newDeviceKeys(random: Random): Promise<DeviceKeys> {
  return deviceKeysFrom(newId<DeviceId>(random), random(32), random(32));
}

export async function deviceKeysFrom(
  id: DeviceId,
  signingSeed: Bytes,
  encryptionSeed: Bytes,
): Promise<DeviceKeys> {
  const signing = await signingKeyFromSeed(signingSeed);
  const encryption = await hpkeKeyPairFromSeed(encryptionSeed);
  return { id, signingSeed, encryptionSeed, signing, encryption };
}

/** The public halves, as an account state and its keyring hold them. */
export function asAccountDevice(keys: DeviceKeys): AccountDevice {
  return {
    id: keys.id,
    key: keys.signing.publicKey,
    suites: [MLS_SUITE],
    encryptionKey: keys.encryption.publicKey,
  };
}
