/**
 * Array positions of the nodes of a perfect binary tree (RFC 9420, section 4.1.1 and appendix C):
 * leaves at even indices; a node that covers the leaves [base, base + 2^level) at 2·base + 2^level − 1.
 */

/** The level of a node: 0 for a leaf. */
export function level(node: number): number {
  let count = 0;
  for (let rest = node; rest % 2 === 1; rest = (rest - 1) / 2) count++;
  return count;
}

export function nodeWidth(leafCount: number): number {
  return leafCount === 0 ? 0 : 2 * leafCount - 1;
}

export function root(leafCount: number): number {
  return leafCount - 1;
}

/** `undefined` for a leaf. */
export function left(node: number): number | undefined {
  const k = level(node);
  return k === 0 ? undefined : node - 2 ** (k - 1);
}

export function right(node: number): number | undefined {
  const k = level(node);
  return k === 0 ? undefined : node + 2 ** (k - 1);
}

/** `undefined` for the root of a tree with `leafCount` leaves. */
export function parent(node: number, leafCount: number): number | undefined {
  if (node === root(leafCount)) return undefined;
  const k = level(node);
  const step = 2 ** k;
  return Math.floor(node / (2 * step)) % 2 === 0 ? node + step : node - step;
}

export function sibling(node: number, leafCount: number): number | undefined {
  const above = parent(node, leafCount);
  if (above === undefined) return undefined;
  return node < above ? right(above) : left(above);
}

/** The node above `leaf` at `height`; the leaf itself at height 0. */
export function ancestor(leaf: number, height: number): number {
  const span = 2 ** height;
  return 2 * (leaf - (leaf % span)) + span - 1;
}

/** The level of the lowest node above both leaves; 0 when they are the same. */
export function commonLevel(a: number, b: number): number {
  let height = 0;
  for (let x = a, y = b; x !== y; height++) {
    x = Math.floor(x / 2);
    y = Math.floor(y / 2);
  }
  return height;
}

/** The leaf index of a node at level 0. */
export function leafOf(node: number): number {
  return node / 2;
}
