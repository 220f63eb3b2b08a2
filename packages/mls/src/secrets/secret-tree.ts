/**
 * The secret tree (RFC 9420, section 9), lazily: a node's secret is divided only when a leaf below it is
 * needed, and is gone once divided. Immutable; each change copies one path.
 */
import { EMPTY, utf8 } from '../bytes.ts';
import { expandWithLabel } from '../crypto/labels.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { fail } from '../errors.ts';
import type { Ratchet } from './ratchet.ts';

/** The two chains of a leaf; one that is dropped is `undefined`. */
export interface LeafRatchets {
  readonly kind: 'leaf';
  readonly handshake: Ratchet | undefined;
  readonly application: Ratchet | undefined;
}

export type SecretCell =
  | { readonly kind: 'secret'; readonly secret: Uint8Array }
  | { readonly kind: 'fork'; readonly left: SecretCell | undefined; readonly right: SecretCell | undefined }
  | LeafRatchets;

export interface SecretTree {
  /** Height of the tree. */
  readonly level: number;
  /** `undefined` once nothing is left. */
  readonly root: SecretCell | undefined;
}

export type RatchetKind = 'handshake' | 'application';

const LEFT: Uint8Array = utf8('left');
const RIGHT: Uint8Array = utf8('right');

export function secretTree(encryptionSecret: Uint8Array, level: number): SecretTree {
  return { level, root: { kind: 'secret', secret: encryptionSecret } };
}

/** The ratchets of a leaf, derived now if need be; throws `generation-consumed` when they are gone. */
export function leafRatchets(suite: CipherSuite, tree: SecretTree, leaf: number): LeafRatchets {
  let cell = tree.root;
  for (let level = tree.level; ; level--) {
    if (cell === undefined) return fail('generation-consumed');
    if (cell.kind === 'leaf') return cell;
    if (level === 0)
      return cell.kind === 'secret' ? startRatchets(suite, cell.secret) : fail('generation-consumed');
    const fork = divide(suite, cell);
    cell = isLeft(leaf, level) ? fork.left : fork.right;
  }
}

/** The tree with other ratchets at a leaf (`undefined` to drop them); the secrets above it are divided. */
export function withLeafRatchets(
  suite: CipherSuite,
  tree: SecretTree,
  leaf: number,
  ratchets: LeafRatchets | undefined,
): SecretTree {
  return { level: tree.level, root: replace(suite, tree.root, tree.level, leaf, ratchets) };
}

function replace(
  suite: CipherSuite,
  cell: SecretCell | undefined,
  level: number,
  leaf: number,
  ratchets: LeafRatchets | undefined,
): SecretCell | undefined {
  if (level === 0) return ratchets;
  if (cell === undefined || cell.kind === 'leaf') return cell;
  const { left, right } = divide(suite, cell);
  const goLeft = isLeft(leaf, level);
  const child = replace(suite, goLeft ? left : right, level - 1, leaf, ratchets);
  const fork = goLeft ? { left: child, right } : { left, right: child };
  return fork.left === undefined && fork.right === undefined ? undefined : { kind: 'fork', ...fork };
}

/**
 * What a former epoch keeps: none of the client's own keys, and of chains that were begun the application ones only.
 * Secrets that were not divided stay as they are.
 */
export function retired(suite: CipherSuite, tree: SecretTree, ownLeaf: number): SecretTree {
  const withoutOwn = withLeafRatchets(suite, tree, ownLeaf, undefined);
  return { level: tree.level, root: dropHandshakes(withoutOwn.root) };
}

/** A former epoch after a late message: beginning a leaf's chains begins no handshake chain there. */
export function withoutHandshake(suite: CipherSuite, tree: SecretTree, leaf: number): SecretTree {
  const { application } = leafRatchets(suite, tree, leaf);
  return withLeafRatchets(suite, tree, leaf, { kind: 'leaf', handshake: undefined, application });
}

function dropHandshakes(cell: SecretCell | undefined): SecretCell | undefined {
  if (cell === undefined || cell.kind === 'secret') return cell;
  if (cell.kind === 'leaf') return cell.handshake === undefined ? cell : { ...cell, handshake: undefined };
  const left = dropHandshakes(cell.left);
  const right = dropHandshakes(cell.right);
  return left === cell.left && right === cell.right ? cell : { kind: 'fork', left, right };
}

function isLeft(leaf: number, level: number): boolean {
  return Math.floor(leaf / 2 ** (level - 1)) % 2 === 0;
}

function divide(
  suite: CipherSuite,
  cell: Exclude<SecretCell, LeafRatchets>,
): { readonly left: SecretCell | undefined; readonly right: SecretCell | undefined } {
  if (cell.kind === 'fork') return cell;
  const child = (side: Uint8Array): SecretCell => ({
    kind: 'secret',
    secret: expandWithLabel(suite, cell.secret, 'tree', side, suite.hashLength),
  });
  return { left: child(LEFT), right: child(RIGHT) };
}

function startRatchets(suite: CipherSuite, secret: Uint8Array): LeafRatchets {
  const start = (label: string): Ratchet => ({
    generation: 0,
    secret: expandWithLabel(suite, secret, label, EMPTY, suite.hashLength),
    skipped: [],
  });
  return { kind: 'leaf', handshake: start('handshake'), application: start('application') };
}
