/**
 * Key packages (RFC 9420 section 10): how a device says what it can do, and lets itself be added.
 *
 * ```
 * private form = CBOR [1, seed of the init key: bstr .size 32, seed of the leaf's encryption key: bstr .size 32]
 * ```
 */
import { type Bytes, copyBytes, decodeCanonicalCbor, encodeCbor } from '@sotto/crypto';
import {
  decodeMessage,
  encodeMessage,
  generateKeyPackage,
  isLastResort,
  type KeyPackage,
  type KeyPackageBundle,
  keyPackageRef,
  type MlsMessage,
  verifyKeyPackage,
  WireFormat,
} from '@sotto/mls';
import {
  type KeyPackageInfo,
  type KeyPackagePair,
  type KeyPackageRequest,
  MLS_SUITE,
} from '../mls-engine.ts';
import { type Device, NOBODY, presented } from './device.ts';
import { failingAs, failure } from './failure.ts';

const VERSION = 1;

/** The halves that are needed in `join`. */
export type Pair = Pick<KeyPackagePair, 'publicBytes' | 'privateBytes'>;

export function makeKeyPackagePair(
  { identity, lastResort, lifetime }: KeyPackageRequest,
  device: Device,
): Promise<KeyPackagePair> {
  return failingAs('key_package_invalid', async () => {
    const made = await generateKeyPackage(device.environment(NOBODY), {
      ...device.identity(identity),
      cipherSuite: MLS_SUITE,
      lifetime: { notBefore: BigInt(lifetime.notBefore), notAfter: BigInt(lifetime.notAfter) },
      lastResort,
    });
    const { keyPackage, initPrivateKey, encryptionPrivateKey } = made;
    return {
      publicBytes: copyBytes(encodeMessage({ wireFormat: WireFormat.keyPackage, keyPackage })),
      privateBytes: encodeCbor([VERSION, initPrivateKey, encryptionPrivateKey]),
      ref: refOf(keyPackage, device),
    };
  });
}

/** Undefined where either half is malformed; that they belong together shows when they are used. */
export function readKeyPackagePair(pair: Pair): KeyPackageBundle | undefined {
  const keyPackage = keyPackageIn(decodeMessage(copyBytes(pair.publicBytes)));
  const items = decodeCanonicalCbor(pair.privateBytes);
  if (keyPackage === undefined || !Array.isArray(items) || items.length !== 3) return undefined;
  const [version, initPrivateKey, encryptionPrivateKey] = items as unknown[];
  if (version !== VERSION || !isSeed(initPrivateKey) || !isSeed(encryptionPrivateKey)) return undefined;
  return { keyPackage, initPrivateKey, encryptionPrivateKey, signaturePrivateKey: new Uint8Array(0) };
}

/** A key package of another device. Throws `key_package_invalid` unless it is well-formed, of our suite and signed. */
export async function readKeyPackage(bytes: Uint8Array, device: Device): Promise<KeyPackage> {
  const keyPackage = keyPackageIn(decodeMessage(copyBytes(bytes)));
  if (keyPackage === undefined || presented(keyPackage.leafNode) === undefined)
    throw failure('key_package_invalid');
  await failingAs('key_package_invalid', () => verifyKeyPackage(device.environment(NOBODY), keyPackage));
  return keyPackage;
}

/** Undefined where {@link readKeyPackage} throws. */
export async function keyPackageInfo(bytes: Uint8Array, device: Device): Promise<KeyPackageInfo | undefined> {
  const keyPackage = await readKeyPackage(bytes, device).catch(() => undefined);
  const leaf = keyPackage === undefined ? undefined : presented(keyPackage.leafNode);
  const origin = keyPackage?.leafNode.origin;
  if (keyPackage === undefined || leaf === undefined || origin === undefined || !('lifetime' in origin))
    return undefined;
  const { notBefore, notAfter } = origin.lifetime;
  return {
    ...leaf,
    lastResort: isLastResort(keyPackage),
    lifetime: { notBefore: Number(notBefore), notAfter: Number(notAfter) },
    ref: refOf(keyPackage, device),
  };
}

export function refOf(keyPackage: KeyPackage, device: Device): Bytes {
  return copyBytes(keyPackageRef(device.suite, keyPackage));
}

function keyPackageIn(message: MlsMessage | undefined): KeyPackage | undefined {
  if (message?.wireFormat !== WireFormat.keyPackage) return undefined;
  return message.keyPackage.cipherSuite === MLS_SUITE ? message.keyPackage : undefined;
}

function isSeed(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 32;
}
