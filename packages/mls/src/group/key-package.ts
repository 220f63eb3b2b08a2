/** Making key packages (RFC 9420, section 10). */
import { type Codec, opaque, struct } from '../codec/codec.ts';
import type { CipherSuite, KeyPair } from '../crypto/provider.ts';
import { signWithLabel } from '../crypto/sign-with-label.ts';
import { DEFAULT_SUITE_ID } from '../crypto/suites.ts';
import type { Capabilities } from '../messages/capabilities.ts';
import type { Credential } from '../messages/credential.ts';
import { type Extension, ExtensionType, findExtension } from '../messages/extension.ts';
import { MLS10 } from '../messages/group-context.ts';
import {
  type KeyPackage,
  keyPackageCodec,
  keyPackageToBeSigned,
  type UnsignedKeyPackage,
} from '../messages/key-package.ts';
import {
  type LeafNode,
  type LeafNodeOrigin,
  LeafNodeSource,
  type LeafPlace,
  leafNodeToBeSigned,
  type UnsignedLeafNode,
} from '../messages/leaf-node.ts';
import type { Lifetime } from '../messages/lifetime.ts';
import { cipherSuite, type Environment } from './environment.ts';

/** What a client says of itself, in a key package or any other leaf. */
export interface Identity {
  readonly credential: Credential;
  readonly signatureKeyPair: KeyPair;
  readonly capabilities?: Partial<Capabilities>;
  readonly leafExtensions?: readonly Extension[];
}

export interface KeyPackageOptions extends Identity {
  readonly cipherSuite?: number;
  readonly lifetime: Lifetime;
  readonly extensions?: readonly Extension[];
  /** Marks the package as the one to hand out when all others are used up. */
  readonly lastResort?: boolean;
}

/** A key package with its private keys, which are to be stored until a Welcome uses them. */
export interface KeyPackageBundle {
  readonly keyPackage: KeyPackage;
  readonly initPrivateKey: Uint8Array;
  readonly encryptionPrivateKey: Uint8Array;
  readonly signaturePrivateKey: Uint8Array;
}

export const keyPackageBundleCodec: Codec<KeyPackageBundle> = struct<KeyPackageBundle>({
  keyPackage: keyPackageCodec,
  initPrivateKey: opaque,
  encryptionPrivateKey: opaque,
  signaturePrivateKey: opaque,
});

/** Everything that this engine supports, with the additions of the caller. */
function capabilitiesOf(env: Environment, identity: Identity): Capabilities {
  const { capabilities, credential, leafExtensions = [] } = identity;
  const listed = leafExtensions.map(({ extensionType }) => extensionType).filter((type) => type > 5);
  return {
    versions: capabilities?.versions ?? [MLS10],
    cipherSuites: capabilities?.cipherSuites ?? env.provider.suiteIds,
    extensions: capabilities?.extensions ?? [...new Set([...listed, ExtensionType.lastResort])],
    proposals: capabilities?.proposals ?? [],
    credentials: capabilities?.credentials ?? [...new Set([1, 2, credential.credentialType])],
  };
}

/** A signed leaf. `place` is where it will stand; it does not matter for a key package. */
export async function signLeaf(
  suite: CipherSuite,
  privateKey: Uint8Array,
  unsigned: UnsignedLeafNode,
  place: LeafPlace,
): Promise<LeafNode> {
  const signature = await signWithLabel(
    suite,
    privateKey,
    'LeafNodeTBS',
    leafNodeToBeSigned(unsigned, place),
  );
  return { ...unsigned, signature };
}

export function unsignedLeaf(
  env: Environment,
  identity: Identity,
  encryptionKey: Uint8Array,
  origin: LeafNodeOrigin,
): UnsignedLeafNode {
  return {
    encryptionKey,
    signatureKey: identity.signatureKeyPair.publicKey,
    credential: identity.credential,
    capabilities: capabilitiesOf(env, identity),
    origin,
    extensions: identity.leafExtensions ?? [],
  };
}

export async function generateKeyPackage(
  env: Environment,
  options: KeyPackageOptions,
): Promise<KeyPackageBundle> {
  const suite = cipherSuite(env, options.cipherSuite ?? DEFAULT_SUITE_ID);
  const init = await suite.kem.deriveKeyPair(env.random(suite.kem.seedLength));
  const encryption = await suite.kem.deriveKeyPair(env.random(suite.kem.seedLength));
  const { privateKey } = options.signatureKeyPair;
  const origin = { leafNodeSource: LeafNodeSource.keyPackage, lifetime: options.lifetime };
  const leaf = unsignedLeaf(env, options, encryption.publicKey, origin);
  const place = { groupId: new Uint8Array(0), leafIndex: 0 };
  const lastResort = { extensionType: ExtensionType.lastResort, extensionData: new Uint8Array(0) };
  const unsigned: UnsignedKeyPackage = {
    version: MLS10,
    cipherSuite: suite.id,
    initKey: init.publicKey,
    leafNode: await signLeaf(suite, privateKey, leaf, place),
    extensions: [...(options.extensions ?? []), ...(options.lastResort === true ? [lastResort] : [])],
  };
  const toBeSigned = keyPackageToBeSigned(unsigned);
  const signature = await signWithLabel(suite, privateKey, 'KeyPackageTBS', toBeSigned);
  return {
    keyPackage: { ...unsigned, signature },
    initPrivateKey: init.privateKey,
    encryptionPrivateKey: encryption.privateKey,
    signaturePrivateKey: privateKey,
  };
}

export function isLastResort({ extensions }: KeyPackage): boolean {
  return findExtension(extensions, ExtensionType.lastResort) !== undefined;
}
