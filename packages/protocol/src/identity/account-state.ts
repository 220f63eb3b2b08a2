/**
 * The account state: the signed, numbered, hash-chained public statement of an account (docs/spec/identity.md).
 *
 * ```
 * signed state = [body: bstr, signature: bstr .size 64]
 * body = [ "sotto account state", 1, account id, number, previous: bstr .size 32 / null, address: tstr,
 *          signing key: bstr .size 32, [encryption key number, encryption public key],
 *          [ * [device id, device key: bstr .size 32, [ * suite: uint ]] ], keyring hash: bstr .size 32 ]
 * ```
 * in deterministic CBOR. The hash of a state is SHA-256 of its body; `previous` is that of the state before.
 */
import {
  type Bytes,
  copyBytes,
  decodeCanonicalCbor,
  encodeCbor,
  HASH_LENGTH,
  HPKE_PUBLIC_KEY_LENGTH,
  PUBLIC_KEY_LENGTH,
  SIGNATURE_LENGTH,
  sha256,
  verify,
} from '@sotto/crypto/public';
import { type AccountId, type DeviceId, idBytes, idFromBytes } from '../ids.ts';
import { SIGNATURE } from '../labels.ts';
import { type Address, parseAddress } from './address.ts';

const TYPE = 'sotto account state';
const VERSION = 1;
const MOST_DEVICES = 20;

/** A device as others see it; `suites` are the MLS cipher suites that it can use (docs/spec/conversations.md). */
export interface StateDevice {
  readonly id: DeviceId;
  /** Ed25519: signs what the device does. */
  readonly key: Bytes;
  readonly suites: readonly number[];
}

export interface AccountStateBody {
  readonly accountId: AccountId;
  readonly number: number;
  /** Hash of state number − 1; null in state 0. */
  readonly previous: Bytes | null;
  readonly address: Address;
  readonly signingKey: Bytes;
  readonly encryption: { readonly number: number; readonly publicKey: Bytes };
  readonly devices: readonly StateDevice[];
  readonly keyringHash: Bytes;
}

export interface AccountState extends AccountStateBody {
  readonly hash: Bytes;
}

export function encodeStateBody(state: AccountStateBody): Bytes {
  return encodeCbor([
    TYPE,
    VERSION,
    idBytes(state.accountId),
    state.number,
    state.previous,
    state.address,
    state.signingKey,
    [state.encryption.number, state.encryption.publicKey],
    state.devices.map((device) => [idBytes(device.id), device.key, device.suites]),
    state.keyringHash,
  ]);
}

/** The signed form. */
export function joinSignedState(body: Bytes, signature: Bytes): Bytes {
  return encodeCbor([body, signature]);
}

/**
 * Decodes a signed state and checks that its own signing key made the signature. Undefined where anything is
 * malformed or the signature is wrong. Whether that signing key is the right one is for the caller to know.
 */
export async function readSignedState(signed: Uint8Array): Promise<AccountState | undefined> {
  const items = decodeCanonicalCbor(signed);
  if (!Array.isArray(items) || items.length !== 2) return undefined;
  const [body, signature] = items as unknown[];
  if (!isBytes(body) || !isBytes(signature, SIGNATURE_LENGTH)) return undefined;
  const state = decodeBody(body);
  if (state === undefined) return undefined;
  const valid = await verify(state.signingKey, SIGNATURE.accountState, body, signature);
  return valid ? { ...state, hash: await sha256(body) } : undefined;
}

function decodeBody(body: Uint8Array): AccountStateBody | undefined {
  const items = decodeCanonicalCbor(body);
  if (!Array.isArray(items) || items.length !== 10 || items[0] !== TYPE || items[1] !== VERSION)
    return undefined;
  const [, , id, number, previous, text, signingKey, encryptionItems, deviceItems, keyringHash] =
    items as unknown[];
  const accountId = idFromBytes<AccountId>(id);
  const address = typeof text === 'string' ? parseAddress(text) : undefined;
  const encryption = decodeEncryption(encryptionItems);
  const devices = decodeDevices(deviceItems);
  if (accountId === undefined || address === undefined || address !== text) return undefined;
  if (encryption === undefined || devices === undefined || !isWhole(number)) return undefined;
  if (number === 0 ? previous !== null : !isBytes(previous, HASH_LENGTH)) return undefined;
  if (!isBytes(signingKey, PUBLIC_KEY_LENGTH) || !isBytes(keyringHash, HASH_LENGTH)) return undefined;
  return {
    accountId,
    number,
    previous: isBytes(previous) ? copyBytes(previous) : null,
    address,
    signingKey: copyBytes(signingKey),
    encryption,
    devices,
    keyringHash: copyBytes(keyringHash),
  };
}

function decodeEncryption(items: unknown): AccountStateBody['encryption'] | undefined {
  if (!Array.isArray(items) || items.length !== 2) return undefined;
  const [number, publicKey] = items as unknown[];
  if (!isWhole(number) || !isBytes(publicKey, HPKE_PUBLIC_KEY_LENGTH)) return undefined;
  return { number, publicKey: copyBytes(publicKey) };
}

function decodeDevices(items: unknown): StateDevice[] | undefined {
  if (!Array.isArray(items) || items.length > MOST_DEVICES) return undefined;
  const devices: StateDevice[] = [];
  const seen = new Set<string>();
  for (const item of items as unknown[]) {
    if (!Array.isArray(item) || item.length !== 3) return undefined;
    const [first, key, suites] = item as unknown[];
    const id = idFromBytes<DeviceId>(first);
    if (id === undefined || seen.has(id) || !isBytes(key, PUBLIC_KEY_LENGTH)) return undefined;
    if (!Array.isArray(suites) || suites.length > 16 || !suites.every(isWhole)) return undefined;
    seen.add(id);
    devices.push({ id, key: copyBytes(key), suites });
  }
  return devices;
}

function isBytes(value: unknown, length?: number): value is Uint8Array {
  return value instanceof Uint8Array && (length === undefined || value.length === length);
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
