/**
 * Key packages (RFC 9420 section 10): how a device says what it can do, and lets itself be added.
 *
 * ```
 * private form = CBOR [1, seed of the init key: bstr .size 32, seed of the leaf's encryption key: bstr .size 32]
 * ```
 */
import { type Bytes, copyBytes, decodeCanonicalCbor, encodeCbor, type SigningKey } from '@sotto/crypto';
import type { Capabilities, KeyPackage, PrivateKeyPackage } from 'ts-mls';
import { generateKeyPackageWithKey, makeKeyPackageRef, verifyKeyPackage } from 'ts-mls/keyPackage.js';
import { verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js';
import {
  CONTEXT_EXTENSION,
  type KeyPackageInfo,
  type KeyPackagePair,
  type KeyPackageRequest,
  type Leaf,
} from './mls-engine.ts';
import { failingAs, failure } from './mls-failure.ts';
import { leafAt } from './mls-tree.ts';
import { readMessageOf, writeMessage } from './mls-wire.ts';
import { SUITE_NAME, type Suite } from './suite.ts';

const VERSION = 1;
/** RFC 9420 section 17.3, by draft-ietf-mls-extensions. */
const LAST_RESORT_EXTENSION = 0x000a;

const CAPABILITIES: Capabilities = {
  versions: ['mls10'],
  ciphersuites: [SUITE_NAME],
  extensions: [CONTEXT_EXTENSION, LAST_RESORT_EXTENSION],
  proposals: [],
  credentials: ['basic'],
};

export interface OwnKeyPackage {
  readonly keyPackage: KeyPackage;
  readonly secrets: PrivateKeyPackage;
}

/** The signing key of a state is in the suite, and nowhere else. */
export const NO_BYTES: Bytes = new Uint8Array(0);

/** @param lifetime seconds since 1970 */
export function makeKeyPackage(
  identity: Bytes,
  lastResort: boolean,
  lifetime: { readonly notBefore: bigint; readonly notAfter: bigint },
  signingKey: SigningKey,
  suite: Suite,
): Promise<OwnKeyPackage> {
  return failingAs('key_package_invalid', async () => {
    const { publicPackage, privatePackage } = await generateKeyPackageWithKey(
      { credentialType: 'basic', identity: copyBytes(identity) },
      CAPABILITIES,
      lifetime,
      lastResort ? [{ extensionType: LAST_RESORT_EXTENSION, extensionData: NO_BYTES }] : [],
      { publicKey: signingKey.publicKey, signKey: NO_BYTES },
      suite,
    );
    return { keyPackage: publicPackage, secrets: privatePackage };
  });
}

export async function makeKeyPackagePair(
  request: KeyPackageRequest,
  signingKey: SigningKey,
  suite: Suite,
): Promise<KeyPackagePair> {
  const lifetime = {
    notBefore: BigInt(request.lifetime.notBefore),
    notAfter: BigInt(request.lifetime.notAfter),
  };
  const own = await makeKeyPackage(request.identity, request.lastResort, lifetime, signingKey, suite);
  return {
    publicBytes: writeMessage({ wireformat: 'mls_key_package', keyPackage: own.keyPackage }),
    privateBytes: encodeCbor([VERSION, own.secrets.initPrivateKey, own.secrets.hpkePrivateKey]),
    ref: await refOf(own.keyPackage, suite),
  };
}

/** Undefined where either half is malformed; that they belong together shows when they are used. */
export function readKeyPackagePair(
  pair: Pick<KeyPackagePair, 'publicBytes' | 'privateBytes'>,
): OwnKeyPackage | undefined {
  const message = readMessageOf('mls_key_package', pair.publicBytes);
  const items = decodeCanonicalCbor(pair.privateBytes);
  if (message === undefined || !Array.isArray(items) || items.length !== 3) return undefined;
  const [version, initPrivateKey, hpkePrivateKey] = items as unknown[];
  if (version !== VERSION || !isSeed(initPrivateKey) || !isSeed(hpkePrivateKey)) return undefined;
  return {
    keyPackage: message.keyPackage,
    secrets: {
      initPrivateKey: copyBytes(initPrivateKey),
      hpkePrivateKey: copyBytes(hpkePrivateKey),
      signaturePrivateKey: NO_BYTES,
    },
  };
}

/** A key package of another device; undefined unless well-formed, of our suite and signed by itself. */
export async function readKeyPackage(bytes: Uint8Array, suite: Suite): Promise<KeyPackage | undefined> {
  const keyPackage = readMessageOf('mls_key_package', bytes)?.keyPackage;
  if (keyPackage === undefined || keyPackage.cipherSuite !== SUITE_NAME || !leafOf(keyPackage))
    return undefined;
  const valid =
    (await verifyLeafNodeSignatureKeyPackage(keyPackage.leafNode, suite.signature)) &&
    (await verifyKeyPackage(keyPackage, suite.signature));
  return valid ? keyPackage : undefined;
}

export async function keyPackageInfo(keyPackage: KeyPackage, suite: Suite): Promise<KeyPackageInfo> {
  const leaf = leafOf(keyPackage);
  if (leaf === undefined) throw failure('key_package_invalid');
  const { notBefore, notAfter } = keyPackage.leafNode.lifetime;
  return {
    identity: leaf.identity,
    signatureKey: leaf.signatureKey,
    lastResort: keyPackage.extensions.some(({ extensionType }) => extensionType === LAST_RESORT_EXTENSION),
    lifetime: { notBefore: Number(notBefore), notAfter: Number(notAfter) },
    ref: await refOf(keyPackage, suite),
  };
}

export async function refOf(keyPackage: KeyPackage, suite: Suite): Promise<Bytes> {
  return copyBytes(await makeKeyPackageRef(keyPackage, suite.hash));
}

function leafOf(keyPackage: KeyPackage): Leaf | undefined {
  try {
    return leafAt([{ nodeType: 'leaf', leaf: keyPackage.leafNode }], 0);
  } catch {
    return undefined;
  }
}

function isSeed(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 32;
}
