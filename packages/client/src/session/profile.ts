/** The profile: who this device is. One record of the local store, changed only through its holder. */
import type { Bytes } from '@sotto/crypto';
import { SottoError } from '@sotto/crypto';
import type { AccountId, Address, DeviceId } from '@sotto/protocol';
import { decodeWorkingKeys, newestKeys, type WorkingKeyHistory } from '@sotto/protocol';
import type { Lock } from '../lock.ts';
import type { SealedStore } from '../store/sealed-store.ts';

export interface Profile {
  readonly domain: string;
  readonly address: Address;
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly deviceName: string;
  readonly signingSeed: Bytes;
  readonly encryptionSeed: Bytes;
  /** As {@link encodeWorkingKeys} makes them. */
  readonly workingKeys: Bytes;
  /** The newest counter given to a submission. */
  readonly counter: number;
  /** Sequence of the next message written here. */
  readonly sequence: number;
  /** The server's incarnation when last connected. */
  readonly incarnation: number;
  readonly confirmed: boolean;
  readonly owner: boolean;
}

export const PROFILE_KEY = 'profile';

export class ProfileHolder {
  readonly #store: SealedStore;
  readonly #lock: Lock;
  #profile: Profile;

  /** @param lock the one under which all records change */
  constructor(store: SealedStore, lock: Lock, profile: Profile) {
    this.#store = store;
    this.#lock = lock;
    this.#profile = profile;
  }

  get value(): Profile {
    return this.#profile;
  }

  /** Not to be awaited inside a change of records: it waits for its turn. */
  update(changes: Partial<Profile>): Promise<void> {
    return this.#lock.run(async () => {
      const next = { ...this.#profile, ...changes };
      await this.#store.put(PROFILE_KEY, next);
      this.#profile = next;
    });
  }

  /** The batch of a change of records, in which this profile was put, has become durable. */
  written(profile: Profile): void {
    this.#profile = profile;
  }
}

export function workingKeysOf(profile: Profile): WorkingKeyHistory {
  const history = decodeWorkingKeys(profile.workingKeys);
  if (history === undefined)
    throw new SottoError('store_damaged', 'The data of Sotto on this device is damaged.');
  return history;
}

export function settingsKeyOf(profile: Profile): Bytes {
  return newestKeys(workingKeysOf(profile)).settingsKey;
}
