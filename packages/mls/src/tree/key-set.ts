/**
 * A persistent counted set of public keys: a hash trie whose versions share structure. It answers "is this
 * key in the tree?" without walking the tree (RFC 9420, sections 7.3 and 12.4.2 demand it at each change).
 */
import { equalBytes } from '../bytes.ts';

const BITS = 4;
const FANOUT: number = 2 ** BITS;
const DEPTH: number = 32 / BITS;

interface Entry {
  readonly hash: number;
  readonly key: Uint8Array;
  readonly count: number;
}
type Slot = undefined | Entry | readonly Slot[];

/** FNV-1a. Colliding keys only make the set slower for those who made them. */
function fnv(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function isBranch(slot: Slot): slot is readonly Slot[] {
  return Array.isArray(slot);
}

function digit(hash: number, depth: number): number {
  return (hash >>> (depth * BITS)) & (FANOUT - 1);
}

function count(slot: Slot, hash: number, key: Uint8Array, depth: number): number {
  if (slot === undefined) return 0;
  if (!isBranch(slot)) return slot.hash === hash && equalBytes(slot.key, key) ? slot.count : 0;
  if (depth < DEPTH) return count(slot[digit(hash, depth)], hash, key, depth + 1);
  return slot.reduce<number>((sum, item) => sum + count(item, hash, key, depth), 0);
}

function change(slot: Slot, entry: Entry, depth: number): Slot {
  if (slot === undefined) return entry.count > 0 ? entry : undefined;
  if (isBranch(slot)) return changeBranch(slot, entry, depth);
  if (slot.hash === entry.hash && equalBytes(slot.key, entry.key)) {
    const total = slot.count + entry.count;
    return total > 0 ? { ...slot, count: total } : undefined;
  }
  if (entry.count <= 0) return slot;
  if (depth >= DEPTH) return [slot, entry];
  const split: Slot[] = new Array<Slot>(FANOUT).fill(undefined);
  split[digit(slot.hash, depth)] = slot;
  return changeBranch(split, entry, depth);
}

function changeBranch(branch: readonly Slot[], entry: Entry, depth: number): Slot {
  if (depth >= DEPTH) {
    const at = branch.findIndex((item) => count(item, entry.hash, entry.key, depth) > 0);
    if (at < 0) return entry.count > 0 ? [...branch, entry] : branch;
    const changed = change(branch[at], entry, depth);
    return changed === undefined ? branch.filter((_, i) => i !== at) : branch.with(at, changed);
  }
  const at = digit(entry.hash, depth);
  const before = branch[at];
  const after = change(before, entry, depth + 1);
  return before === after ? branch : branch.with(at, after);
}

export class KeySet {
  static readonly empty: KeySet = new KeySet(undefined);
  readonly #root: Slot;

  private constructor(root: Slot) {
    this.#root = root;
  }

  /** How often the key was added. */
  count(key: Uint8Array): number {
    return count(this.#root, fnv(key), key, 0);
  }

  /** The key is kept by reference and must not be written to. */
  with(key: Uint8Array): KeySet {
    return new KeySet(change(this.#root, { hash: fnv(key), key, count: 1 }, 0));
  }

  without(key: Uint8Array): KeySet {
    return new KeySet(change(this.#root, { hash: fnv(key), key, count: -1 }, 0));
  }
}
