/** Parent hashes (RFC 9420, section 7.9). */
import { equalBytes } from '../bytes.ts';
import { Writer } from '../codec/writer.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { check } from '../errors.ts';
import { LeafNodeSource } from '../messages/leaf-node.ts';
import type { ParentNode } from '../messages/parent-node.ts';
import { walk } from './cells.ts';
import type { RatchetTree } from './ratchet-tree.ts';
import { leafOf, level as levelOf } from './tree-math.ts';

/** The hash of `ParentHashInput`. */
export function parentHash(
  suite: PublicSuite,
  parent: Pick<ParentNode, 'encryptionKey' | 'parentHash'>,
  originalSiblingTreeHash: Uint8Array,
): Uint8Array {
  const writer = new Writer();
  writer.opaque(parent.encryptionKey);
  writer.opaque(parent.parentHash);
  writer.opaque(originalSiblingTreeHash);
  return suite.hash(writer.finish());
}

/** Some leaf below a node, and the height of the node. */
function place(node: number): { readonly leaf: number; readonly level: number } {
  const level = levelOf(node);
  return { leaf: leafOf(node - (2 ** level - 1)), level };
}

/** The parent hash that a node carries; `undefined` for a leaf that does not come from a commit. */
function carriedHash(tree: RatchetTree, node: number): Uint8Array | undefined {
  const { leaf, level } = place(node);
  if (level > 0) return tree.parentAbove(leaf, level)?.parentHash;
  const origin = tree.leaf(leaf)?.origin;
  return origin?.leafNodeSource === LeafNodeSource.commit ? origin.parentHash : undefined;
}

/**
 * Section 7.9.2: every parent node is vouched for by exactly one node below it. The hash of a parent over
 * the left side is looked for on the right, and the other way round.
 */
export function checkParentHashes(suite: PublicSuite, tree: RatchetTree): void {
  for (const item of walk(tree.root, tree.level, 0)) {
    if ('leaf' in item) continue;
    const { parent, level, base } = item;
    const middle = base + 2 ** (level - 1);
    const sides = [
      [base, middle],
      [middle, base],
    ] as const;
    const vouchers = sides.filter(([side, sibling]) =>
      hasVoucher(suite, tree, parent, { side, sibling, level: level - 1 }),
    );
    check(vouchers.length === 1, 'parent-hash-mismatch');
  }
}

function hasVoucher(
  suite: PublicSuite,
  tree: RatchetTree,
  parent: ParentNode,
  { side, sibling, level }: { readonly side: number; readonly sibling: number; readonly level: number },
): boolean {
  const unmerged = parent.unmergedLeaves.filter((leaf) => leaf >= side && leaf < side + 2 ** level);
  const resolution = tree.resolution(side, level);
  if (resolution.length !== unmerged.length + 1) return false;
  const unmergedNodes = new Set(unmerged.map((leaf) => 2 * leaf));
  const others = resolution.filter((entry) => !unmergedNodes.has(entry.node));
  const candidate = others[0];
  if (others.length !== 1 || candidate === undefined) return false;
  const carried = carriedHash(tree, candidate.node);
  if (carried === undefined) return false;
  const siblingHash = tree.subtreeHash(suite, sibling, level, parent.unmergedLeaves);
  return equalBytes(carried, parentHash(suite, parent, siblingHash));
}
