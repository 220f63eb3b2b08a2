/**
 * The ratchet tree (RFC 9420, sections 4 and 7) as an immutable value. Each change gives a new tree that
 * shares all but one path with the old one. It holds public values only.
 */

import type { PublicSuite } from '../crypto/public-suite.ts';
import { check, fail } from '../errors.ts';
import type { LeafNode } from '../messages/leaf-node.ts';
import type { ParentNode } from '../messages/parent-node.ts';
import {
  blankCells,
  type Cell,
  fill,
  leafCell,
  type Member,
  occupied,
  originalTreeHash,
  parentCell,
  rewrite,
  treeHash,
  walk,
} from './cells.ts';
import { KeySet } from './key-set.ts';
import { ancestor } from './tree-math.ts';

export interface ResolvedNode {
  readonly node: number;
  readonly encryptionKey: Uint8Array;
}

interface KeySets {
  readonly encryption: KeySet;
  readonly signature: KeySet;
}

/** A cell with its place: `level` high, first leaf `base`. */
interface Placed {
  readonly cell: Cell;
  readonly level: number;
  readonly base: number;
}

export class RatchetTree {
  readonly root: Cell;
  /** The height: there are 2^level leaf places. */
  readonly level: number;
  #keys: KeySets | undefined;

  constructor(root: Cell, level: number, keys?: KeySets) {
    this.root = root;
    this.level = level;
    this.#keys = keys;
  }

  static ofOne(leaf: LeafNode): RatchetTree {
    return new RatchetTree(leafCell(leaf), 0);
  }

  /** Number of leaf places, blank ones included. */
  get leafCount(): number {
    return 2 ** this.level;
  }

  get memberCount(): number {
    return occupied(this.root);
  }

  leaf(index: number): LeafNode | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.leafCount) return undefined;
    const { cell } = this.#at(index, 0);
    return cell.kind === 'leaf' ? cell.leaf : undefined;
  }

  /** The parent node at `level` above `leaf`; `undefined` when blank. */
  parentAbove(leaf: number, level: number): ParentNode | undefined {
    const { cell } = this.#at(leaf, level);
    return cell.kind === 'parent' ? cell.parent : undefined;
  }

  *members(): Generator<Member> {
    for (const item of walk(this.root, this.level, 0)) {
      if ('leaf' in item) yield { leafIndex: item.index, leaf: item.leaf };
    }
  }

  hash(suite: PublicSuite): Uint8Array {
    return treeHash(suite, this.root, this.level, 0);
  }

  /** The tree hash of the node at `level` above `leaf`, without `excluded` leaves (ascending). */
  subtreeHash(suite: PublicSuite, leaf: number, level: number, excluded: readonly number[]): Uint8Array {
    const { cell, base } = this.#at(leaf, level);
    return originalTreeHash(suite, cell, level, base, excluded);
  }

  /** The resolution (section 4.1.1) of the node at `level` above `leaf`. */
  resolution(leaf: number, level: number): readonly ResolvedNode[] {
    const out: ResolvedNode[] = [];
    resolve(this.#at(leaf, level), this, out);
    return out;
  }

  /** Whether the resolution of the node at `level` above `leaf` is empty. */
  isEmptyBelow(leaf: number, level: number): boolean {
    return occupied(this.#at(leaf, level).cell) === 0;
  }

  /** The levels of the filtered direct path (section 4.1.2) of a leaf, bottom up. */
  filteredPath(leaf: number): readonly number[] {
    const levels: number[] = [];
    for (let height = 1; height <= this.level; height++) {
      if (!this.isEmptyBelow(siblingLeaf(leaf, height - 1), height - 1)) levels.push(height);
    }
    return levels;
  }

  /** How many nodes hold this encryption key. */
  encryptionKeyCount(key: Uint8Array): number {
    return this.#keySets().encryption.count(key);
  }

  /** How many leaves hold this signature key. */
  signatureKeyCount(key: Uint8Array): number {
    return this.#keySets().signature.count(key);
  }

  /** Adds leaves in turn, each at the leftmost free place (section 7.7), and to the unmerged leaves above it. */
  addAll(leaves: readonly LeafNode[]): { readonly tree: RatchetTree; readonly added: readonly Member[] } {
    if (leaves.length === 0) return { tree: this, added: [] };
    let roomy: RatchetTree = this;
    while (roomy.leafCount - this.memberCount < leaves.length) roomy = roomy.#doubled();
    const added: Member[] = [];
    const root = fill(roomy.root, roomy.level, 0, leaves, added);
    let { encryption, signature } = this.#keySets();
    for (const leaf of leaves) {
      encryption = encryption.with(leaf.encryptionKey);
      signature = signature.with(leaf.signatureKey);
    }
    return { tree: new RatchetTree(root, roomy.level, { encryption, signature }), added };
  }

  /** The leftmost free place, and the tree, doubled if there was none. */
  reservePlace(): { readonly tree: RatchetTree; readonly leafIndex: number } {
    const tree = this.memberCount === this.leafCount ? this.#doubled() : this;
    return { tree, leafIndex: tree.#leftmostBlank() };
  }

  /** Replaces a leaf and blanks the parents above it (section 12.1.2). */
  update(leafIndex: number, leaf: LeafNode): RatchetTree {
    return this.#change(leafIndex, leaf, () => undefined);
  }

  /** Blanks a leaf and the parents above it, and cuts off empty right halves (section 7.7). */
  remove(leafIndex: number): RatchetTree {
    check(this.leaf(leafIndex) !== undefined, 'remove-of-blank-leaf');
    let tree = this.#change(leafIndex, undefined, () => undefined);
    while (tree.root.kind === 'parent' && occupied(tree.root.right) === 0) {
      tree = new RatchetTree(tree.root.left, tree.level - 1, tree.#keys);
    }
    return tree;
  }

  /** Replaces a leaf and sets the parents above it: those in `parents` by node index, the others blank. */
  withPath(leafIndex: number, leaf: LeafNode, parents: ReadonlyMap<number, ParentNode>): RatchetTree {
    return this.#change(leafIndex, leaf, (_, node) => parents.get(node));
  }

  #at(leaf: number, level: number): Placed {
    let placed: Placed = { cell: this.root, level: this.level, base: 0 };
    while (placed.level > level) {
      const { cell, base } = placed;
      if (cell.kind === 'leaf') return fail('tree-malformed');
      const below = placed.level - 1;
      const middle = base + 2 ** below;
      placed =
        leaf < middle
          ? { cell: cell.left, level: below, base }
          : { cell: cell.right, level: below, base: middle };
    }
    return placed;
  }

  #leftmostBlank(): number {
    let cell = this.root;
    let base = 0;
    for (let level = this.level; cell.kind === 'parent'; level--) {
      const half = 2 ** (level - 1);
      const goLeft = occupied(cell.left) < half;
      if (!goLeft) base += half;
      cell = goLeft ? cell.left : cell.right;
    }
    return base;
  }

  #doubled(): RatchetTree {
    const root = parentCell(undefined, this.root, blankCells(this.level));
    return new RatchetTree(root, this.level + 1, this.#keys);
  }

  #change(
    leafIndex: number,
    leaf: LeafNode | undefined,
    change: (parent: ParentNode | undefined, node: number) => ParentNode | undefined,
  ): RatchetTree {
    let { encryption, signature } = this.#keySets();
    const before = this.leaf(leafIndex);
    if (before !== undefined) {
      encryption = encryption.without(before.encryptionKey);
      signature = signature.without(before.signatureKey);
    }
    if (leaf !== undefined) {
      encryption = encryption.with(leaf.encryptionKey);
      signature = signature.with(leaf.signatureKey);
    }
    const root = rewrite(this.root, this.level, 0, leafIndex, leaf, (parent, node) => {
      const changed = change(parent, node);
      if (parent?.encryptionKey !== changed?.encryptionKey) {
        if (parent !== undefined) encryption = encryption.without(parent.encryptionKey);
        if (changed !== undefined) encryption = encryption.with(changed.encryptionKey);
      }
      return changed;
    });
    return new RatchetTree(root, this.level, { encryption, signature });
  }

  /** Built on first use, then carried along by each change. */
  #keySets(): KeySets {
    if (this.#keys === undefined) {
      let encryption = KeySet.empty;
      let signature = KeySet.empty;
      for (const item of walk(this.root, this.level, 0)) {
        const key = 'leaf' in item ? item.leaf.encryptionKey : item.parent.encryptionKey;
        encryption = encryption.with(key);
        if ('leaf' in item) signature = signature.with(item.leaf.signatureKey);
      }
      this.#keys = { encryption, signature };
    }
    return this.#keys;
  }
}

/** A leaf below the sibling of the node that is `level` above `leaf`. */
export function siblingLeaf(leaf: number, level: number): number {
  const span = 2 ** level;
  const base = leaf - (leaf % span);
  return base % (2 * span) === 0 ? base + span : base - span;
}

function resolve({ cell, level, base }: Placed, tree: RatchetTree, out: ResolvedNode[]): void {
  if (cell.kind === 'leaf') {
    if (cell.leaf !== undefined) out.push({ node: 2 * base, encryptionKey: cell.leaf.encryptionKey });
    return;
  }
  if (cell.parent !== undefined) {
    out.push({ node: ancestor(base, level), encryptionKey: cell.parent.encryptionKey });
    for (const index of cell.parent.unmergedLeaves) {
      const leaf = tree.leaf(index);
      if (leaf !== undefined) out.push({ node: 2 * index, encryptionKey: leaf.encryptionKey });
    }
    return;
  }
  if (cell.occupied === 0) return;
  resolve({ cell: cell.left, level: level - 1, base }, tree, out);
  resolve({ cell: cell.right, level: level - 1, base: base + 2 ** (level - 1) }, tree, out);
}
