/**
 * The secret tree of the present epoch as records that are replaced one by one, so that a message writes little however
 * many have spoken: one for the top of the tree, and one for each group of 16 leaves below it that was used. Each is
 * good with the state without a secret tree that it was written for, and with no other.
 *
 * Whoever stores them replaces them: an older one still holds the keys that were used since.
 */
import { equalBytes } from '../bytes.ts';
import { type Codec, decode, encode, fixed } from '../codec/codec.ts';
import { Malformed, type Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { fail } from '../errors.ts';
import type { GroupState } from '../group/state.ts';
import type { SecretCell, SecretTree } from '../secrets/secret-tree.ts';
import { FINGERPRINT_LENGTH, fingerprint } from './fingerprint.ts';
import { headerCodec, refusal } from './public-parts.ts';
import { readCell, writeCell } from './secret-delta.ts';

/** By number: 0 is the top, 1 the leftmost 16 leaves, and so on. */
export type SecretPages = ReadonlyMap<number, Uint8Array>;

/** Reads the cell of a page. */
type Open = (page: number, height: number) => SecretCell;

/** Height of what a page holds. */
const PAGE_LEVEL = 4;
const HERE = 0;
const FORK = 1;
const PAGED = 2;

const header: Codec<undefined> = headerCodec(5);
const printOf: Codec<Uint8Array> = fixed(FINGERPRINT_LENGTH);

/** The state without its secret tree: what stays as it is for an epoch. A closed one has none. */
export function withoutSecretTree<S extends GroupState>(state: S): S {
  return state.status === 'active'
    ? { ...state, secretTree: { level: state.secretTree.level, root: undefined } }
    : state;
}

/**
 * The records of the secret tree. With `before`, a state of the same epoch whose records are stored, only those that
 * are to be replaced. A closed state has none.
 */
export function encodeSecretPages(state: GroupState, before?: GroupState): SecretPages {
  const pages = new Map<number, Uint8Array>();
  if (state.status !== 'active') return pages;
  const print = fingerprint(withoutSecretTree(state));
  const known = before?.status === 'active' ? before.secretTree : undefined;
  const top = topOf(print, state.secretTree);
  if (known === undefined || !equalBytes(top, topOf(print, known))) pages.set(0, top);
  const old = known === undefined ? undefined : pagedCells(known);
  for (const [page, cell] of pagedCells(state.secretTree)) {
    if (old?.get(page) !== cell) pages.set(page, encode(pageCodec(page, print, PAGE_LEVEL), cell));
  }
  return pages;
}

/** The state with its secret tree, from all of its records. Throws what `decodeState` throws. */
export function decodeSecretPages(state: GroupState, pages: SecretPages): GroupState {
  if (state.status !== 'active') return state;
  const print = fingerprint(withoutSecretTree(state));
  const open: Open = (page, height) => {
    const bytes = pages.get(page) ?? fail('state-malformed');
    return decode(pageCodec(page, print, height), bytes) ?? fail(refusal(bytes));
  };
  const top = pages.get(0) ?? fail('state-malformed');
  const secretTree = decode(topCodec(print, open), top) ?? fail(refusal(top));
  return { ...state, secretTree };
}

function topOf(print: Uint8Array, tree: SecretTree): Uint8Array {
  return encode(
    topCodec(print, () => fail('invalid-argument')),
    tree,
  );
}

/** The cells that have pages of their own: those of the height of a page that are divided. */
function pagedCells({ level, root }: SecretTree): ReadonlyMap<number, SecretCell> {
  const cells = new Map<number, SecretCell>();
  const visit = (cell: SecretCell | undefined, height: number, index: number): void => {
    if (cell === undefined) return;
    if (isPaged(cell, height)) cells.set(index + 1, cell);
    else if (cell.kind === 'fork') {
      visit(cell.left, height - 1, 2 * index);
      visit(cell.right, height - 1, 2 * index + 1);
    }
  };
  visit(root, level, 0);
  return cells;
}

/** A tree that is lower than a page is the first page, whole. */
function isPaged(cell: SecretCell, height: number): boolean {
  return height <= PAGE_LEVEL && cell.kind !== 'secret';
}

function writeHead(writer: Writer, print: Uint8Array, page: number): void {
  header.write(writer, undefined);
  writer.raw(print);
  writer.uint32(page);
}

function readHead(reader: Reader, print: Uint8Array, page: number): void {
  header.read(reader);
  if (!equalBytes(printOf.read(reader), print) || reader.uint32() !== page) throw new Malformed('page');
}

function topCodec(print: Uint8Array, open: Open): Codec<SecretTree> {
  return {
    write(writer, { level, root }) {
      writeHead(writer, print, 0);
      writer.uint8(level);
      writeTop(writer, root, level);
    },
    read(reader) {
      readHead(reader, print, 0);
      const level = reader.uint8();
      if (level > 30) throw new Malformed('tree height');
      return { level, root: readTop(reader, level, 0, open) };
    },
  };
}

function writeTop(writer: Writer, cell: SecretCell | undefined, height: number): void {
  if (cell !== undefined && isPaged(cell, height)) {
    writer.uint8(PAGED);
  } else if (cell?.kind === 'fork') {
    writer.uint8(FORK);
    writeTop(writer, cell.left, height - 1);
    writeTop(writer, cell.right, height - 1);
  } else {
    writer.uint8(HERE);
    writeCell(writer, cell, undefined);
  }
}

function readTop(reader: Reader, height: number, index: number, open: Open): SecretCell | undefined {
  const tag = reader.uint8();
  if (tag === HERE) return readCell(reader, height, undefined);
  if (tag === PAGED && height <= PAGE_LEVEL) return open(index + 1, height);
  if (tag !== FORK || height <= PAGE_LEVEL) throw new Malformed('top of the secret tree');
  const left = readTop(reader, height - 1, 2 * index, open);
  return { kind: 'fork', left, right: readTop(reader, height - 1, 2 * index + 1, open) };
}

function pageCodec(page: number, print: Uint8Array, height: number): Codec<SecretCell> {
  return {
    write(writer, cell) {
      writeHead(writer, print, page);
      writeCell(writer, cell, undefined);
    },
    read(reader) {
      readHead(reader, print, page);
      const cell = readCell(reader, height, undefined);
      if (cell === undefined) throw new Malformed('page');
      return cell;
    },
  };
}
