/** Validation of leaf nodes (RFC 9420, section 7.3) and key packages (section 10.1). */
import { equalBytes } from '../bytes.ts';
import type { PublicSuite, SignatureItem } from '../crypto/public-suite.ts';
import { signContent } from '../crypto/verify-with-label.ts';
import { check, type MlsErrorCode } from '../errors.ts';
import type { Credential } from '../messages/credential.ts';
import { CredentialType } from '../messages/credential.ts';
import { checkUniqueExtensions, isDefaultExtension } from '../messages/extension.ts';
import type { GroupContext } from '../messages/group-context.ts';
import { type KeyPackage, keyPackageToBeSigned } from '../messages/key-package.ts';
import { type LeafNode, LeafNodeSource, type LeafPlace, leafNodeToBeSigned } from '../messages/leaf-node.ts';
import type { PublicEnvironment } from './environment.ts';
import { type GroupDemands, meetsRequired, type Supported } from './group-demands.ts';
import { certificateKey } from './x509.ts';

/** A signature that is yet to be verified, and the error if it fails. */
export interface SignatureClaim extends SignatureItem {
  readonly code: MlsErrorCode;
}

/** Verifies all claims, several at once where that is faster; throws the code of the first that fails. */
export async function verifyClaims(suite: PublicSuite, claims: readonly SignatureClaim[]): Promise<void> {
  if (claims.length < 4) {
    for (const claim of claims) {
      check(await suite.verify(claim.publicKey, claim.message, claim.signature), claim.code);
    }
    return;
  }
  const answers = await suite.verifyAll(claims);
  claims.forEach((claim, i) => {
    check(answers[i] === true, claim.code);
  });
}

/** The signature over a leaf, to be verified with others. */
export function leafSignatureClaim(leaf: LeafNode, place: LeafPlace): SignatureClaim {
  return {
    publicKey: leaf.signatureKey,
    message: signContent('LeafNodeTBS', leafNodeToBeSigned(leaf, place)),
    signature: leaf.signature,
    code: 'leaf-signature',
  };
}

/** All of section 7.3 that concerns the leaf alone: everything but signature, authentication and uniqueness. */
export function checkLeafNode(suite: PublicSuite, leaf: LeafNode, demands: GroupDemands): void {
  check(suite.isSoundEncryptionKey(leaf.encryptionKey), 'weak-encryption-key');
  check(suite.isSoundSignatureKey(leaf.signatureKey), 'weak-signature-key');
  checkCredentialKey(leaf.credential, leaf.signatureKey);
  checkUniqueExtensions(leaf.extensions);
  const supported = supportedBy(leaf);
  for (const { extensionType } of leaf.extensions) {
    const listed = isDefaultExtension(extensionType) || supported.extensions.has(extensionType);
    check(listed, 'leaf-extension-not-in-capabilities');
  }
  check(meetsRequired(demands, supported), 'leaf-required-capabilities');
  check(demands.inUse.isSubsetOf(supported.extensions), 'leaf-group-extension-unsupported');
}

function supportedBy({ capabilities: { extensions, proposals, credentials } }: LeafNode): Supported {
  return {
    extensions: new Set(extensions),
    proposals: new Set(proposals),
    credentials: new Set(credentials),
  };
}

/** Section 5.3: the end-entity certificate of an X.509 credential is for the leaf's signature key. */
export function checkCredentialKey(credential: Credential, signatureKey: Uint8Array): void {
  if (credential.credentialType !== CredentialType.x509 || !('certificates' in credential)) return;
  const [endEntity] = credential.certificates;
  check(endEntity !== undefined, 'x509-empty-chain');
  const key = certificateKey(endEntity);
  check(key !== undefined && equalBytes(key, signatureKey), 'x509-key-mismatch');
}

/** Section 7.3: the lifetime of a leaf from a key package. */
export function checkLifetime(env: PublicEnvironment, leaf: LeafNode): void {
  if (leaf.origin.leafNodeSource !== LeafNodeSource.keyPackage || env.ignoreLifetimes === true) return;
  const { notBefore, notAfter } = leaf.origin.lifetime;
  const now = env.now();
  check(notBefore <= now && now <= notAfter, 'leaf-lifetime');
  const { maximumLifetime } = env;
  check(maximumLifetime === undefined || notAfter - notBefore <= maximumLifetime, 'leaf-lifetime-too-long');
}

/**
 * Section 10.1. The leaf is checked for the group of `context`; gives the signatures left to verify.
 */
export function checkKeyPackage(
  env: PublicEnvironment,
  suite: PublicSuite,
  keyPackage: KeyPackage,
  context: Pick<GroupContext, 'version' | 'cipherSuite' | 'groupId'>,
  demands: GroupDemands,
): readonly SignatureClaim[] {
  check(keyPackage.version === context.version, 'key-package-version');
  check(keyPackage.cipherSuite === context.cipherSuite, 'key-package-suite');
  const { leafNode, initKey } = keyPackage;
  check(leafNode.origin.leafNodeSource === LeafNodeSource.keyPackage, 'leaf-source');
  check(!equalBytes(initKey, leafNode.encryptionKey), 'key-package-init-key');
  check(suite.isSoundEncryptionKey(initKey), 'weak-encryption-key');
  checkUniqueExtensions(keyPackage.extensions);
  checkLeafNode(suite, leafNode, demands);
  checkLifetime(env, leafNode);
  return [
    {
      publicKey: leafNode.signatureKey,
      message: signContent('KeyPackageTBS', keyPackageToBeSigned(keyPackage)),
      signature: keyPackage.signature,
      code: 'key-package-signature',
    },
    leafSignatureClaim(leafNode, { groupId: context.groupId, leafIndex: 0 }),
  ];
}
