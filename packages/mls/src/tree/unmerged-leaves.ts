/** RFC 9420, section 12.4.3.1: each list of unmerged leaves must fit the tree that it stands in. */
import { check } from '../errors.ts';
import { walk } from './cells.ts';
import type { RatchetTree } from './ratchet-tree.ts';

/**
 * Each entry is a member below the node, in ascending order, and every parent between the leaf and the
 * node that is not blank lists it too.
 */
export function checkUnmergedLeaves(tree: RatchetTree): void {
  for (const item of walk(tree.root, tree.level, 0)) {
    if ('leaf' in item) continue;
    let previous = -1;
    for (const leaf of item.parent.unmergedLeaves) {
      check(
        leaf > previous && leaf >= item.base && leaf < item.base + 2 ** item.level,
        'unmerged-leaf-invalid',
      );
      check(tree.leaf(leaf) !== undefined, 'unmerged-leaf-invalid');
      for (let level = 1; level < item.level; level++) {
        const between = tree.parentAbove(leaf, level);
        check(between === undefined || includesSorted(between.unmergedLeaves, leaf), 'unmerged-leaf-invalid');
      }
      previous = leaf;
    }
  }
}

function includesSorted(list: readonly number[], value: number): boolean {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return list[low] === value;
}
