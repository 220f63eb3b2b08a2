/**
 * A persistent counted set of public keys: a hash trie whose versions share structure. It answers "is this
 * key in the tree?" without walking the tree (RFC 9420, sections 7.3 and 12.4.2 demand it at each change).
 *
 * The first digits come from a cheap hash, for which anybody can make keys that collide. Where they do, those of
 * SHA-256 follow, so that a tree full of such keys is no slower to read than another.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from '../bytes.ts';

const BITS = 4;
const FANOUT: number = 2 ** BITS;
const HASH_DIGITS: number = 32 / BITS;

interface Entry {
  readonly hash: number;
  readonly key: Uint8Array;
  readonly count: number;
  /** SHA-256 of the key, once it was needed. */
  digest: Uint8Array | undefined;
}
type Slot = undefined | Entry | readonly Slot[];

/** FNV-1a. */
function fnv(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function entryOf(key: Uint8Array, count: number): Entry {
  return { hash: fnv(key), key, count, digest: undefined };
}

function isBranch(slot: Slot): slot is readonly Slot[] {
  return Array.isArray(slot);
}

function isSame(a: Entry, b: Entry): boolean {
  return a.hash === b.hash && equalBytes(a.key, b.key);
}

function digit(entry: Entry, depth: number): number {
  if (depth < HASH_DIGITS) return (entry.hash >>> (depth * BITS)) & (FANOUT - 1);
  entry.digest ??= sha256(entry.key);
  const at = depth - HASH_DIGITS;
  return ((entry.digest[at >>> 1] ?? 0) >>> (at % 2 === 0 ? BITS : 0)) & (FANOUT - 1);
}

function count(slot: Slot, wanted: Entry, depth: number): number {
  if (slot === undefined) return 0;
  if (isBranch(slot)) return count(slot[digit(wanted, depth)], wanted, depth + 1);
  return isSame(slot, wanted) ? slot.count : 0;
}

function change(slot: Slot, entry: Entry, depth: number): Slot {
  if (slot === undefined) return entry.count > 0 ? entry : undefined;
  if (isBranch(slot)) return changeBranch(slot, entry, depth);
  if (isSame(slot, entry)) {
    const total = slot.count + entry.count;
    return total > 0 ? { ...slot, count: total } : undefined;
  }
  if (entry.count <= 0) return slot;
  const split: Slot[] = new Array<Slot>(FANOUT).fill(undefined);
  split[digit(slot, depth)] = slot;
  return changeBranch(split, entry, depth);
}

function changeBranch(branch: readonly Slot[], entry: Entry, depth: number): Slot {
  const at = digit(entry, depth);
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
    return count(this.#root, entryOf(key, 0), 0);
  }

  /** The key is kept by reference and must not be written to. */
  with(key: Uint8Array): KeySet {
    return new KeySet(change(this.#root, entryOf(key, 1), 0));
  }

  without(key: Uint8Array): KeySet {
    return new KeySet(change(this.#root, entryOf(key, -1), 0));
  }
}
