/**
 * The ratchet tree as persistent cells: a change copies the cells on one path and shares the rest, and each
 * cell remembers its tree hash, so that a commit hashes O(log n) nodes.
 */
import { Writer } from '../codec/writer.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { type LeafNode, leafNodeCodec } from '../messages/leaf-node.ts';
import { type ParentNode, parentNodeCodec } from '../messages/parent-node.ts';

export interface Member {
  readonly leafIndex: number;
  readonly leaf: LeafNode;
}

export interface LeafCell {
  readonly kind: 'leaf';
  readonly leaf: LeafNode | undefined;
  /** The tree hash, once computed. A cell keeps its place in the tree, so it never changes. */
  hash: Uint8Array | undefined;
}

export interface ParentCell {
  readonly kind: 'parent';
  readonly parent: ParentNode | undefined;
  readonly left: Cell;
  readonly right: Cell;
  /** Number of leaves below that are not blank. */
  readonly occupied: number;
  hash: Uint8Array | undefined;
}

export type Cell = LeafCell | ParentCell;

export function leafCell(leaf: LeafNode | undefined): LeafCell {
  return { kind: 'leaf', leaf, hash: undefined };
}

export function parentCell(parent: ParentNode | undefined, left: Cell, right: Cell): ParentCell {
  return { kind: 'parent', parent, left, right, occupied: occupied(left) + occupied(right), hash: undefined };
}

export function occupied(cell: Cell): number {
  if (cell.kind === 'parent') return cell.occupied;
  return cell.leaf === undefined ? 0 : 1;
}

/** A subtree of 2^level blank leaves. */
export function blankCells(level: number): Cell {
  return level === 0
    ? leafCell(undefined)
    : parentCell(undefined, blankCells(level - 1), blankCells(level - 1));
}

/** `TreeHashInput` of a leaf (RFC 9420, section 7.8). */
function leafHash(suite: PublicSuite, index: number, leaf: LeafNode | undefined): Uint8Array {
  const writer = new Writer();
  writer.uint8(1);
  writer.uint32(index);
  writer.uint8(leaf === undefined ? 0 : 1);
  if (leaf !== undefined) leafNodeCodec.write(writer, leaf);
  return suite.hash(writer.finish());
}

/** `TreeHashInput` of a parent (RFC 9420, section 7.8). */
function parentHashInput(
  suite: PublicSuite,
  parent: ParentNode | undefined,
  left: Uint8Array,
  right: Uint8Array,
): Uint8Array {
  const writer = new Writer();
  writer.uint8(2);
  writer.uint8(parent === undefined ? 0 : 1);
  if (parent !== undefined) parentNodeCodec.write(writer, parent);
  writer.opaque(left);
  writer.opaque(right);
  return suite.hash(writer.finish());
}

/** The tree hash of the subtree whose first leaf is `base` and that is `level` high. */
export function treeHash(suite: PublicSuite, cell: Cell, level: number, base: number): Uint8Array {
  if (cell.hash !== undefined) return cell.hash;
  if (cell.kind === 'leaf') {
    cell.hash = leafHash(suite, base, cell.leaf);
  } else {
    const left = treeHash(suite, cell.left, level - 1, base);
    const right = treeHash(suite, cell.right, level - 1, base + 2 ** (level - 1));
    cell.hash = parentHashInput(suite, cell.parent, left, right);
  }
  return cell.hash;
}

/**
 * The tree hash as it was before `excluded` leaves were added (RFC 9420, section 7.9: the original tree hash).
 * `excluded` is in ascending order; subtrees without any of them answer from memory.
 */
export function originalTreeHash(
  suite: PublicSuite,
  cell: Cell,
  level: number,
  base: number,
  excluded: readonly number[],
): Uint8Array {
  const here = excluded.filter((leaf) => leaf >= base && leaf < base + 2 ** level);
  if (here.length === 0) return treeHash(suite, cell, level, base);
  if (cell.kind === 'leaf') return leafHash(suite, base, undefined);
  const left = originalTreeHash(suite, cell.left, level - 1, base, here);
  const right = originalTreeHash(suite, cell.right, level - 1, base + 2 ** (level - 1), here);
  const gone = new Set(here);
  const parent = cell.parent && {
    ...cell.parent,
    unmergedLeaves: cell.parent.unmergedLeaves.filter((leaf) => !gone.has(leaf)),
  };
  return parentHashInput(suite, parent, left, right);
}

/** What a change does to the parents on a path; it sees the array index of each. */
export type ParentChange = (parent: ParentNode | undefined, node: number) => ParentNode | undefined;

/** A copy of the path to `leaf` with its leaf replaced and each parent changed, from the root down. */
export function rewrite(
  cell: Cell,
  level: number,
  base: number,
  index: number,
  leaf: LeafNode | undefined,
  change: ParentChange,
): Cell {
  if (cell.kind === 'leaf') return cell.leaf === leaf ? cell : leafCell(leaf);
  const middle = base + 2 ** (level - 1);
  const parent = change(cell.parent, 2 * middle - 1);
  if (index < middle) {
    return parentCell(parent, rewrite(cell.left, level - 1, base, index, leaf, change), cell.right);
  }
  return parentCell(parent, cell.left, rewrite(cell.right, level - 1, middle, index, leaf, change));
}

/**
 * A copy with those of `leaves` that are not in `added` yet at the leftmost blank places, which are told to `added`.
 * The parents above get all of them at once: to insert each into a long list of unmerged leaves takes too long.
 */
export function fill(
  cell: Cell,
  level: number,
  base: number,
  leaves: readonly LeafNode[],
  added: Member[],
): Cell {
  const leaf = leaves[added.length];
  if (leaf === undefined || occupied(cell) === 2 ** level) return cell;
  if (cell.kind === 'leaf') {
    added.push({ leafIndex: base, leaf });
    return leafCell(leaf);
  }
  const before = added.length;
  const left = fill(cell.left, level - 1, base, leaves, added);
  const right = fill(cell.right, level - 1, base + 2 ** (level - 1), leaves, added);
  if (cell.parent === undefined) return parentCell(undefined, left, right);
  const here = added.slice(before).map(({ leafIndex }) => leafIndex);
  const unmergedLeaves = [...cell.parent.unmergedLeaves, ...here].sort((a, b) => a - b);
  return parentCell({ ...cell.parent, unmergedLeaves }, left, right);
}

/** Every node that is not blank, in array order. */
export function* walk(
  cell: Cell,
  level: number,
  base: number,
): Generator<
  | { readonly index: number; readonly leaf: LeafNode }
  | {
      readonly node: number;
      readonly parent: ParentNode;
      readonly cell: ParentCell;
      readonly level: number;
      readonly base: number;
    }
> {
  if (cell.kind === 'leaf') {
    if (cell.leaf !== undefined) yield { index: base, leaf: cell.leaf };
    return;
  }
  const middle = base + 2 ** (level - 1);
  yield* walk(cell.left, level - 1, base);
  if (cell.parent !== undefined) yield { node: 2 * middle - 1, parent: cell.parent, cell, level, base };
  yield* walk(cell.right, level - 1, middle);
}
