/**
 * The keyring: an account's slots, its sealed secrets, and the working keys sealed to each device. The server keeps
 * it; its hash stands in the account state, so that none of it is used unless the account signed it.
 *
 * ```
 * keyring = [ "sotto keyring", 1, account id, state number,
 *             [ * [slot id, kind: tstr, public key, sealed account key, anchor] ],
 *             secrets: bstr, [ * [device id, device encryption key, sealed working keys] ] ]
 * ```
 */
import { type Bytes, copyBytes, decodeCanonicalCbor, encodeCbor } from '@sotto/crypto/public';
import { type AccountId, type DeviceId, idBytes, idFromBytes, type SlotId } from '../ids.ts';
import { SLOT_KINDS, type Slot, type SlotKind } from './slot.ts';

const TYPE = 'sotto keyring';
const VERSION = 1;

export interface DeviceShare {
  readonly id: DeviceId;
  /** MLKEM768-X25519: the working keys are sealed to it. */
  readonly publicKey: Bytes;
  readonly workingKeys: Bytes;
}

export interface Keyring {
  readonly accountId: AccountId;
  /** Number of the state that names this keyring. */
  readonly number: number;
  readonly slots: readonly Slot[];
  /** Signing seed and working keys, under the account key. */
  readonly secrets: Bytes;
  readonly devices: readonly DeviceShare[];
}

export function encodeKeyring(keyring: Keyring): Bytes {
  return encodeCbor([
    TYPE,
    VERSION,
    idBytes(keyring.accountId),
    keyring.number,
    keyring.slots.map((slot) => [idBytes(slot.id), slot.kind, slot.publicKey, slot.accountKey, slot.anchor]),
    keyring.secrets,
    keyring.devices.map((device) => [idBytes(device.id), device.publicKey, device.workingKeys]),
  ]);
}

/** Undefined for anything but a well-formed keyring. */
export function decodeKeyring(bytes: Uint8Array): Keyring | undefined {
  const items = decodeCanonicalCbor(bytes);
  if (!Array.isArray(items) || items.length !== 7 || items[0] !== TYPE || items[1] !== VERSION)
    return undefined;
  const [, , id, number, slotItems, secrets, deviceItems] = items as unknown[];
  const accountId = idFromBytes<AccountId>(id);
  if (accountId === undefined || typeof number !== 'number' || !(secrets instanceof Uint8Array))
    return undefined;
  if (!Array.isArray(slotItems) || !Array.isArray(deviceItems)) return undefined;
  const slots = slotItems.map(decodeSlot).filter((slot) => slot !== undefined);
  const devices = deviceItems.map(decodeShare).filter((share) => share !== undefined);
  if (slots.length !== slotItems.length || devices.length !== deviceItems.length) return undefined;
  return { accountId, number, slots, secrets: copyBytes(secrets), devices };
}

function decodeSlot(items: unknown): Slot | undefined {
  if (!Array.isArray(items) || items.length !== 5) return undefined;
  const [first, kind, publicKey, accountKey, anchor] = items as unknown[];
  const id = idFromBytes<SlotId>(first);
  if (id === undefined || !isSlotKind(kind)) return undefined;
  if (!isBytes(publicKey) || !isBytes(accountKey) || !isBytes(anchor)) return undefined;
  return {
    id,
    kind,
    publicKey: copyBytes(publicKey),
    accountKey: copyBytes(accountKey),
    anchor: copyBytes(anchor),
  };
}

function decodeShare(items: unknown): DeviceShare | undefined {
  if (!Array.isArray(items) || items.length !== 3) return undefined;
  const [first, publicKey, workingKeys] = items as unknown[];
  const id = idFromBytes<DeviceId>(first);
  if (id === undefined || !isBytes(publicKey) || !isBytes(workingKeys)) return undefined;
  return { id, publicKey: copyBytes(publicKey), workingKeys: copyBytes(workingKeys) };
}

function isSlotKind(value: unknown): value is SlotKind {
  return SLOT_KINDS.some((kind) => kind === value);
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}
