/** Between the tree and the node list of the ratchet_tree extension (RFC 9420, section 12.4.3.3). */
import type { RatchetTreeNode, RatchetTreeNodes } from '../messages/ratchet-tree.ts';
import { type Cell, leafCell, parentCell } from './cells.ts';
import { RatchetTree } from './ratchet-tree.ts';

export function treeToNodes(tree: RatchetTree): RatchetTreeNodes {
  const nodes: (RatchetTreeNode | undefined)[] = [];
  collect(tree.root, nodes);
  while (nodes.length > 0 && nodes.at(-1) === undefined) nodes.pop();
  return nodes;
}

function collect(cell: Cell, nodes: (RatchetTreeNode | undefined)[]): void {
  if (cell.kind === 'leaf') {
    nodes.push(cell.leaf && { kind: 'leaf', leaf: cell.leaf });
    return;
  }
  collect(cell.left, nodes);
  nodes.push(cell.parent && { kind: 'parent', parent: cell.parent });
  collect(cell.right, nodes);
}

/** `undefined` when the list is empty, ends in a blank, or has leaves and parents in the wrong places. */
export function treeFromNodes(nodes: RatchetTreeNodes): RatchetTree | undefined {
  if (nodes.at(-1) === undefined) return undefined;
  let level = 0;
  while (2 * 2 ** level - 1 < nodes.length) level++;
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    if (node !== undefined && (node.kind === 'leaf') !== (i % 2 === 0)) return undefined;
  }
  return new RatchetTree(build(nodes, 0, level), level);
}

function build(nodes: RatchetTreeNodes, base: number, level: number): Cell {
  if (level === 0) {
    const node = nodes[2 * base];
    return leafCell(node?.kind === 'leaf' ? node.leaf : undefined);
  }
  const middle = base + 2 ** (level - 1);
  const node = nodes[2 * middle - 1];
  const parent = node?.kind === 'parent' ? node.parent : undefined;
  return parentCell(parent, build(nodes, base, level - 1), build(nodes, middle, level - 1));
}
