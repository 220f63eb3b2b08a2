/** Update paths on the public tree (RFC 9420, sections 7.5, 7.9 and 12.4.2). */
import { EMPTY, equalBytes } from '../bytes.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { check } from '../errors.ts';
import type { Extension } from '../messages/extension.ts';
import { type LeafNode, LeafNodeSource } from '../messages/leaf-node.ts';
import type { ParentNode } from '../messages/parent-node.ts';
import type { UpdatePath } from '../messages/update-path.ts';
import { parentHash } from '../tree/parent-hash.ts';
import { type RatchetTree, type ResolvedNode, siblingLeaf } from '../tree/ratchet-tree.ts';
import { ancestor } from '../tree/tree-math.ts';
import { demandsOf } from './group-demands.ts';
import { checkLeafNode } from './leaf-validation.ts';

/** One node of a filtered direct path, and for whom its secret is encrypted. */
export interface PathStep {
  readonly level: number;
  readonly node: number;
  /** The resolution of the copath child, without leaves that this very commit adds. */
  readonly recipients: readonly ResolvedNode[];
}

/** The filtered direct path of `leafIndex` in a tree to which the proposals were applied. */
export function pathSteps(
  tree: RatchetTree,
  leafIndex: number,
  added: ReadonlySet<number>,
): readonly PathStep[] {
  return tree.filteredPath(leafIndex).map((level) => {
    const resolution = tree.resolution(siblingLeaf(leafIndex, level - 1), level - 1);
    const recipients = resolution.filter(({ node }) => node % 2 === 1 || !added.has(node / 2));
    return { level, node: ancestor(leafIndex, level), recipients };
  });
}

export interface NewParents {
  readonly parents: ReadonlyMap<number, ParentNode>;
  /** What the leaf must carry. */
  readonly leafParentHash: Uint8Array;
}

/** The parents of a path with these keys (bottom up), parent hashes computed from the top down. */
export function newParents(
  suite: PublicSuite,
  tree: RatchetTree,
  leafIndex: number,
  levels: readonly number[],
  keys: readonly Uint8Array[],
): NewParents {
  const parents = new Map<number, ParentNode>();
  let hash: Uint8Array = EMPTY;
  for (let i = levels.length - 1; i >= 0; i--) {
    const level = levels[i] ?? 0;
    const parent: ParentNode = { encryptionKey: keys[i] ?? EMPTY, parentHash: hash, unmergedLeaves: [] };
    parents.set(ancestor(leafIndex, level), parent);
    const sibling = tree.subtreeHash(suite, siblingLeaf(leafIndex, level - 1), level - 1, []);
    hash = parentHash(suite, parent, sibling);
  }
  return { parents, leafParentHash: hash };
}

/**
 * Checks a received path against the tree to which the proposals were applied, and gives the tree with it.
 * `before` is the leaf that the committer had there. The leaf's signature is left to verify.
 */
export function mergePath(
  suite: PublicSuite,
  tree: RatchetTree,
  leafIndex: number,
  before: LeafNode | undefined,
  path: UpdatePath,
  steps: readonly PathStep[],
  extensions: readonly Extension[],
): RatchetTree {
  const { leafNode, nodes } = path;
  if (leafNode.origin.leafNodeSource !== LeafNodeSource.commit) check(false, 'leaf-source');
  checkLeafNode(suite, leafNode, demandsOf(extensions));
  check(nodes.length === steps.length, 'path-length');
  nodes.forEach((node, i) => {
    check(node.encryptedPathSecret.length === steps[i]?.recipients.length, 'path-ciphertext-count');
    check(suite.isSoundEncryptionKey(node.encryptionKey), 'weak-encryption-key');
  });
  checkFreshKeys(tree, before, path);
  const levels = steps.map(({ level }) => level);
  const keys = nodes.map(({ encryptionKey }) => encryptionKey);
  const { parents, leafParentHash } = newParents(suite, tree, leafIndex, levels, keys);
  const carried = leafNode.origin.leafNodeSource === LeafNodeSource.commit && leafNode.origin.parentHash;
  check(carried !== false && equalBytes(carried, leafParentHash), 'path-parent-hash');
  return tree.withPath(leafIndex, leafNode, parents);
}

/** No key of the path is in the tree yet, none comes twice, and the signature key is nobody else's. */
function checkFreshKeys(
  tree: RatchetTree,
  before: LeafNode | undefined,
  { leafNode, nodes }: UpdatePath,
): void {
  const keys = [leafNode.encryptionKey, ...nodes.map(({ encryptionKey }) => encryptionKey)];
  keys.forEach((key, i) => {
    check(tree.encryptionKeyCount(key) === 0, 'path-key-reused');
    check(keys.findIndex((other) => equalBytes(other, key)) === i, 'path-key-reused');
  });
  const own = before !== undefined && equalBytes(before.signatureKey, leafNode.signatureKey) ? 1 : 0;
  check(tree.signatureKeyCount(leafNode.signatureKey) === own, 'duplicate-signature-key');
}
