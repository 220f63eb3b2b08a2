/**
 * Trees as they are stored: cell by cell, against an earlier tree when there is one. What both share is one
 * byte, so that a change of one path takes O(log n).
 */
import { type Codec, optional } from '../codec/codec.ts';
import { Malformed, type Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { leafNodeCodec } from '../messages/leaf-node.ts';
import { type ParentNode, parentNodeCodec } from '../messages/parent-node.ts';
import { blankCells, type Cell, leafCell, occupied, type ParentCell, parentCell } from '../tree/cells.ts';
import { RatchetTree } from '../tree/ratchet-tree.ts';

const SAME = 0;
const LEAF = 1;
const CHANGED = 2;
const FULL = 3;
const BLANK = 4;

/** `leaves` leaves parents out: former epochs need none. */
export type Detail = 'all' | 'leaves';

const optionalParent: Codec<ParentNode | undefined> = optional(parentNodeCodec);
const optionalLeaf = optional(leafNodeCodec);

export function writeTree(
  writer: Writer,
  tree: RatchetTree,
  base: RatchetTree | undefined,
  detail: Detail,
): void {
  writer.uint8(tree.level);
  writeCell(writer, tree.root, base && aligned(base, tree.level), detail);
}

export function readTree(reader: Reader, base: RatchetTree | undefined): RatchetTree {
  const level = reader.uint8();
  if (level > 30) throw new Malformed('tree height');
  return new RatchetTree(readCell(reader, level, base && aligned(base, level)), level);
}

/** The cell of `tree` that covers the first 2^level leaves; `undefined` beyond its end. */
function aligned(tree: RatchetTree, level: number): Cell | undefined {
  let { root: cell } = tree;
  for (let height = tree.level; height > level && cell.kind === 'parent'; height--) cell = cell.left;
  for (let height = tree.level; height < level; height++) {
    cell = parentCell(undefined, cell, blankCells(0));
  }
  return cell;
}

function isBlank(cell: Cell): boolean {
  if (occupied(cell) > 0) return false;
  return cell.kind === 'leaf' || (cell.parent === undefined && isBlank(cell.left) && isBlank(cell.right));
}

function writeCell(writer: Writer, cell: Cell, base: Cell | undefined, detail: Detail): void {
  if (cell === base) {
    writer.uint8(SAME);
  } else if (cell.kind === 'leaf') {
    writer.uint8(LEAF);
    optionalLeaf.write(writer, cell.leaf);
  } else if (isBlank(cell)) {
    writer.uint8(BLANK);
  } else if (base?.kind === 'parent') {
    writeChanged(writer, cell, base, detail);
  } else {
    writer.uint8(FULL);
    optionalParent.write(writer, detail === 'all' ? cell.parent : undefined);
    writeCell(writer, cell.left, undefined, detail);
    writeCell(writer, cell.right, undefined, detail);
  }
}

function writeChanged(writer: Writer, cell: ParentCell, base: ParentCell, detail: Detail): void {
  writer.uint8(CHANGED);
  const isSame = cell.parent === base.parent || detail === 'leaves';
  writer.uint8(isSame ? 1 : 0);
  if (!isSame) optionalParent.write(writer, cell.parent);
  writeCell(writer, cell.left, base.left, detail);
  writeCell(writer, cell.right, base.right, detail);
}

function readCell(reader: Reader, level: number, base: Cell | undefined): Cell {
  const tag = reader.uint8();
  if (tag === SAME && base !== undefined) return base;
  if (tag === LEAF && level === 0) return leafCell(optionalLeaf.read(reader));
  if (tag === BLANK) return blankCells(level);
  if (tag === CHANGED && base?.kind === 'parent' && level > 0) {
    const parent = reader.uint8() === 1 ? base.parent : optionalParent.read(reader);
    const left = readCell(reader, level - 1, base.left);
    return parentCell(parent, left, readCell(reader, level - 1, base.right));
  }
  if (tag === FULL && level > 0) {
    const parent = optionalParent.read(reader);
    const left = readCell(reader, level - 1, undefined);
    return parentCell(parent, left, readCell(reader, level - 1, undefined));
  }
  throw new Malformed('tree cell');
}
