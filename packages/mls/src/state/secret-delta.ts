/** Secret trees as they are stored: cell by cell, against an earlier one when there is one. */
import { type Codec, opaque, optional, struct, uint32, vector } from '../codec/codec.ts';
import { Malformed, type Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import type { GenerationKey, Ratchet } from '../secrets/ratchet.ts';
import type { SecretCell, SecretTree } from '../secrets/secret-tree.ts';

const SAME = 0;
const GONE = 1;
const SECRET = 2;
const LEAF = 3;
const FORK = 4;

const ratchetCodec: Codec<Ratchet | undefined> = optional(
  struct<Ratchet>({
    generation: uint32,
    secret: opaque,
    skipped: vector(struct<GenerationKey>({ generation: uint32, key: opaque, nonce: opaque })),
  }),
);

export function writeSecrets(writer: Writer, tree: SecretTree, base: SecretTree | undefined): void {
  writer.uint8(tree.level);
  writeCell(writer, tree.root, base?.level === tree.level ? base.root : undefined);
}

export function readSecrets(reader: Reader, base: SecretTree | undefined): SecretTree {
  const level = reader.uint8();
  if (level > 30) throw new Malformed('tree height');
  return { level, root: readCell(reader, level, base?.level === level ? base.root : undefined) };
}

/** Against `base`, the same cell of an earlier tree, if there is one. */
export function writeCell(writer: Writer, cell: SecretCell | undefined, base: SecretCell | undefined): void {
  if (cell === undefined) {
    writer.uint8(GONE);
  } else if (cell === base) {
    writer.uint8(SAME);
  } else if (cell.kind === 'secret') {
    writer.uint8(SECRET);
    writer.opaque(cell.secret);
  } else if (cell.kind === 'leaf') {
    writer.uint8(LEAF);
    ratchetCodec.write(writer, cell.handshake);
    ratchetCodec.write(writer, cell.application);
  } else {
    writer.uint8(FORK);
    writeCell(writer, cell.left, base?.kind === 'fork' ? base.left : undefined);
    writeCell(writer, cell.right, base?.kind === 'fork' ? base.right : undefined);
  }
}

export function readCell(
  reader: Reader,
  level: number,
  base: SecretCell | undefined,
): SecretCell | undefined {
  const tag = reader.uint8();
  if (tag === GONE) return undefined;
  if (tag === SAME && base !== undefined) return base;
  if (tag === SECRET) return { kind: 'secret', secret: reader.opaque() };
  if (tag === LEAF && level === 0) {
    const handshake = ratchetCodec.read(reader);
    return { kind: 'leaf', handshake, application: ratchetCodec.read(reader) };
  }
  if (tag !== FORK || level === 0) throw new Malformed('secret cell');
  const left = readCell(reader, level - 1, base?.kind === 'fork' ? base.left : undefined);
  return {
    kind: 'fork',
    left,
    right: readCell(reader, level - 1, base?.kind === 'fork' ? base.right : undefined),
  };
}
