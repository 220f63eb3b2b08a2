/** The leaves of a ratchet tree (RFC 9420 section 7), and what a commit did to them. */
import { copyBytes, equalBytes, PUBLIC_KEY_LENGTH, toHex } from '@sotto/crypto/public';
import type { RatchetTree } from 'ts-mls';
import type { Authenticate, GroupPlace, Leaf } from './mls-engine.ts';
import { failure } from './mls-failure.ts';

/** No identity of ours is longer. */
const MOST_IDENTITY = 1024;

/** Throws where a leaf has anything but a basic credential and an Ed25519 key. */
export function leavesOf(tree: RatchetTree): Leaf[] {
  const leaves: Leaf[] = [];
  for (let node = 0; node < tree.length; node += 2) {
    const leaf = leafAt(tree, node / 2);
    if (leaf !== undefined) leaves.push(leaf);
  }
  return leaves;
}

/** Undefined for a blank leaf. Throws like {@link leavesOf}. */
export function leafAt(tree: RatchetTree, index: number): Leaf | undefined {
  const node = tree[2 * index];
  if (node?.nodeType !== 'leaf') return undefined;
  const { credential, signaturePublicKey } = node.leaf;
  if (credential.credentialType !== 'basic' || credential.identity.length > MOST_IDENTITY) {
    throw new TypeError('not an identity of ours');
  }
  if (signaturePublicKey.length !== PUBLIC_KEY_LENGTH) throw new TypeError('not an Ed25519 key');
  return {
    leaf: index,
    identity: copyBytes(credential.identity),
    signatureKey: copyBytes(signaturePublicKey),
  };
}

export function leafWithKey(tree: RatchetTree, signatureKey: Uint8Array): Leaf | undefined {
  return leavesOf(tree).find((leaf) => equalBytes(leaf.signatureKey, signatureKey));
}

export interface Change {
  readonly added: readonly Leaf[];
  readonly removed: readonly Leaf[];
}

/**
 * What became of the leaves. Throws `commit_invalid` where a leaf that was not removed is gone or has another
 * identity or signature key: ts-mls looks at no leaf's past.
 * @param removed the leaves that the commit removes by proposal; their places may be taken by added ones
 */
export function changeOf(before: RatchetTree, after: RatchetTree, removed: readonly number[]): Change {
  const gone = new Set(removed);
  const added: Leaf[] = [];
  for (let index = 0; 2 * index < Math.max(before.length, after.length); index++) {
    const old = gone.has(index) ? undefined : leafAt(before, index);
    const now = leafAt(after, index);
    if (old !== undefined && (now === undefined || !sameDevice(old, now))) throw failure('commit_invalid');
    if (old === undefined && now !== undefined) added.push(now);
  }
  const leftOut = removed.map((index) => leafAt(before, index)).filter((leaf) => leaf !== undefined);
  return { added, removed: leftOut };
}

function sameDevice(a: Leaf, b: Leaf): boolean {
  return equalBytes(a.identity, b.identity) && equalBytes(a.signatureKey, b.signatureKey);
}

/**
 * RFC 9420 section 7.3: no two leaves share a signature key, no two nodes an encryption key. ts-mls checks it for a
 * tree that it is given, and not for one that a commit makes.
 */
export function hasUniqueKeys(tree: RatchetTree): boolean {
  const nodes = tree.filter((node) => node !== undefined);
  const encryption = nodes.map((node) =>
    node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey,
  );
  return areDistinct(encryption) && areDistinct(leavesOf(tree).map((leaf) => leaf.signatureKey));
}

function areDistinct(keys: readonly Uint8Array[]): boolean {
  return new Set(keys.map(toHex)).size === keys.length;
}

/** Throws `leaf_refused` unless the caller accepts each of `leaves`. */
export async function authenticateAll(
  leaves: readonly Leaf[],
  place: GroupPlace,
  authenticate: Authenticate,
): Promise<void> {
  for (const leaf of leaves) {
    let accepted = false;
    try {
      accepted = (await authenticate(leaf, place)) === true;
    } catch (cause) {
      throw failure('leaf_refused', cause);
    }
    if (!accepted) throw failure('leaf_refused');
  }
}
