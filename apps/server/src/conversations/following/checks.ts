/** Refusing what does not check out: one answer for all of it, with the reason as its cause. */
import { wireErrorOf } from '@sotto/contract';
import { type LeafNode, MlsError, type PublicGroup } from '@sotto/mls/public';
import type { Credential } from '@sotto/protocol/public';
import type { DeviceCaller } from '../../platform/http/callers.ts';
import type { DeviceField } from './follower.ts';
import { credentialOf } from './leaves.ts';

/** Throws `handshake_invalid` unless it holds. */
export function check(condition: boolean): asserts condition {
  if (!condition) throw wireErrorOf('handshake_invalid');
}

/** Runs a check of the engine. Throws `handshake_invalid` for what the engine refuses. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MlsError ? wireErrorOf('handshake_invalid', error) : error;
  }
}

/** The devices of leaves, in their order. Throws `handshake_invalid` where one is none of ours. */
export function devicesOf(leaves: readonly LeafNode[]): readonly Credential[] {
  return leaves.map((leaf) => {
    const device = credentialOf(leaf);
    check(device !== undefined);
    return device;
  });
}

/** The devices of all members. Throws like {@link devicesOf}. */
export function devicesIn({ tree }: PublicGroup): readonly Credential[] {
  return devicesOf(Array.from(tree.members(), ({ leaf }) => leaf));
}

export function isDevice(leaf: LeafNode | undefined, { account, device }: DeviceCaller): boolean {
  const credential = leaf && credentialOf(leaf);
  return credential?.deviceId === device && credential.accountId === account;
}

/** Whether the list names exactly these devices, in whatever order. */
export function namesExactly(named: readonly DeviceField[], devices: readonly DeviceField[]): boolean {
  const accounts = new Map(named.map(({ deviceId, accountId }) => [deviceId, accountId]));
  const fits = accounts.size === named.length && named.length === devices.length;
  return fits && devices.every(({ deviceId, accountId }) => accounts.get(deviceId) === accountId);
}
