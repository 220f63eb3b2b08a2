/** Which private node keys a member keeps from one epoch to the next. */
import { equalBytes } from '../bytes.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import { level } from '../tree/tree-math.ts';
import type { PathNode } from './path-secrets.ts';
import type { PathKeys } from './state.ts';

/** Keys of parents that are blank or replaced in `after` go, those of `learned` come. */
export function nextPathKeys(
  before: RatchetTree,
  after: RatchetTree,
  ownLeaf: number,
  keys: PathKeys,
  learned: readonly PathNode[],
): PathKeys {
  const next = new Map<number, Uint8Array>();
  for (const [node, key] of keys) {
    const height = level(node);
    if (height === 0 || sameParent(before, after, ownLeaf, height)) next.set(node, key);
  }
  for (const { node, privateKey } of learned) next.set(node, privateKey);
  return next;
}

function sameParent(before: RatchetTree, after: RatchetTree, leaf: number, height: number): boolean {
  if (height > after.level || height > before.level) return false;
  const a = before.parentAbove(leaf, height)?.encryptionKey;
  const b = after.parentAbove(leaf, height)?.encryptionKey;
  return a !== undefined && b !== undefined && equalBytes(a, b);
}
