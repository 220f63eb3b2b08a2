/**
 * Pins: what this device has verified of an account, kept for ever. A chain of states must extend its pin; an address
 * that comes to name other keys is a change of keys (docs/spec/directory.md).
 */
import type { Bytes } from '@sotto/crypto';
import type { AccountId, AccountState, Address, DeviceId } from '@sotto/protocol';

export interface Pin {
  readonly accountId: AccountId;
  readonly address: Address;
  readonly signingKey: Bytes;
  /** Number of the newest state seen. */
  readonly number: number;
  /** Hash of each state, by its number. */
  readonly hashes: readonly Bytes[];
  /** Every device that a state has listed; `current` where the newest one does. */
  readonly devices: readonly PinnedDevice[];
  /** Of the newest state: which keyring the account signed. */
  readonly keyringHash: Bytes;
  readonly verified: boolean;
  /** When the person decided on `verified`, in milliseconds since 1970; absent while they have not. */
  readonly verifiedTime?: number;
  /** Another account has taken the address since. */
  readonly replacedBy: AccountId | null;
}

export interface PinnedDevice {
  readonly id: DeviceId;
  readonly key: Bytes;
  readonly current: boolean;
}

/** The pin after further states, which {@link verifyChain} has checked to follow it. */
export function extendPin(pin: Pin | undefined, states: readonly AccountState[]): Pin | undefined {
  const newest = states.at(-1);
  if (newest === undefined) return pin;
  const devices = new Map((pin?.devices ?? []).map((device) => [device.id, { ...device, current: false }]));
  for (const state of states) {
    for (const { id, key } of state.devices) devices.set(id, { id, key, current: state === newest });
  }
  return {
    accountId: newest.accountId,
    address: newest.address,
    signingKey: newest.signingKey,
    number: newest.number,
    hashes: [...(pin?.hashes ?? []), ...states.map(({ hash }) => hash)],
    devices: [...devices.values()],
    keyringHash: newest.keyringHash,
    verified: pin?.verified ?? false,
    ...(pin?.verifiedTime === undefined ? {} : { verifiedTime: pin.verifiedTime }),
    replacedBy: pin?.replacedBy ?? null,
  };
}

/** Where {@link verifyChain} goes on from a pin. */
export function chainStart(pin: Pin): { number: number; hash: Bytes } | undefined {
  const hash = pin.hashes[pin.number];
  return hash === undefined ? undefined : { number: pin.number, hash };
}
