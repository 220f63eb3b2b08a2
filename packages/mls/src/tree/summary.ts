/**
 * What all members have in common, kept per subtree so that a change costs O(log n): RFC 9420, section 7.3
 * wants each credential type supported by everyone, and section 12.1.7 each required capability.
 */
import type { LeafNode } from '../messages/leaf-node.ts';
import { type Cell, occupied } from './cells.ts';
import type { RatchetTree } from './ratchet-tree.ts';

export interface Summary {
  /** Credential types that some member has. */
  readonly credentialsInUse: ReadonlySet<number>;
  /** Types that every member lists in its capabilities. */
  readonly credentials: ReadonlySet<number>;
  readonly extensions: ReadonlySet<number>;
  readonly proposals: ReadonlySet<number>;
}

const summaries = new WeakMap<Cell, Summary>();

/** `undefined` when there is no member below. */
function summaryOf(cell: Cell): Summary | undefined {
  if (occupied(cell) === 0) return undefined;
  const known = summaries.get(cell);
  if (known !== undefined) return known;
  const made =
    cell.kind === 'leaf' ? ofLeaf(cell.leaf) : combine(summaryOf(cell.left), summaryOf(cell.right));
  if (made !== undefined) summaries.set(cell, made);
  return made;
}

function ofLeaf(leaf: LeafNode | undefined): Summary | undefined {
  return (
    leaf && {
      credentialsInUse: new Set([leaf.credential.credentialType]),
      credentials: new Set(leaf.capabilities.credentials),
      extensions: new Set(leaf.capabilities.extensions),
      proposals: new Set(leaf.capabilities.proposals),
    }
  );
}

function combine(a: Summary | undefined, b: Summary | undefined): Summary | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    credentialsInUse:
      same(a.credentialsInUse, b.credentialsInUse) ?? a.credentialsInUse.union(b.credentialsInUse),
    credentials: same(a.credentials, b.credentials) ?? a.credentials.intersection(b.credentials),
    extensions: same(a.extensions, b.extensions) ?? a.extensions.intersection(b.extensions),
    proposals: same(a.proposals, b.proposals) ?? a.proposals.intersection(b.proposals),
  };
}

/** One of two equal sets, so that a group of equals shares them. */
function same(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> | undefined {
  return a.size === b.size && a.isSubsetOf(b) ? a : undefined;
}

export function summarize(tree: RatchetTree): Summary | undefined {
  return summaryOf(tree.root);
}
