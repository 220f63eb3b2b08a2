/**
 * What tells one state from another of the same client: the epoch as it was agreed on, and which keys were used. No
 * secret enters it, so that it gives nothing away of a key that is gone. It guards against mistakes, not attacks:
 * whoever stores states seals them.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { Writer } from '../codec/writer.ts';
import type { GroupState } from '../group/state.ts';
import type { Ratchet } from '../secrets/ratchet.ts';
import type { SecretCell, SecretTree } from '../secrets/secret-tree.ts';

export const FINGERPRINT_LENGTH = 16;

export function fingerprint(state: GroupState): Uint8Array {
  const { group, pastEpochs, resumption } = state;
  const writer = new Writer();
  writer.uint8(state.status === 'active' ? 1 : 0);
  writer.uint32(state.ownLeaf);
  writer.uint64(group.context.epoch);
  writer.opaque(group.confirmationTag);
  writer.uint32(group.proposals.length);
  for (const { reference } of group.proposals) writer.opaque(reference);
  writer.uint32(pastEpochs.length);
  for (const { context, secretTree } of pastEpochs) {
    writer.uint64(context.epoch);
    writeTree(writer, secretTree);
  }
  writer.uint32(resumption.length);
  for (const { epoch } of resumption) writer.uint64(epoch);
  if (state.status === 'active') {
    writer.uint32(state.pendingUpdates.length);
    for (const { reference } of state.pendingUpdates) writer.opaque(reference);
    writeTree(writer, state.secretTree);
  }
  return sha256(writer.finish()).slice(0, FINGERPRINT_LENGTH);
}

function writeTree(writer: Writer, { level, root }: SecretTree): void {
  writer.uint8(level);
  writer.raw(cellPrint(root));
}

/** Cells never change: a step of the group makes new ones for one path. */
const known = new WeakMap<SecretCell, Uint8Array>();
const NONE = new Uint8Array(FINGERPRINT_LENGTH);

function cellPrint(cell: SecretCell | undefined): Uint8Array {
  if (cell === undefined) return NONE;
  const before = known.get(cell);
  if (before !== undefined) return before;
  const writer = new Writer();
  writer.uint8(cell.kind === 'secret' ? 1 : cell.kind === 'leaf' ? 2 : 3);
  if (cell.kind === 'leaf') {
    writeRatchet(writer, cell.handshake);
    writeRatchet(writer, cell.application);
  }
  if (cell.kind === 'fork') {
    writer.raw(cellPrint(cell.left));
    writer.raw(cellPrint(cell.right));
  }
  const print = sha256(writer.finish()).slice(0, FINGERPRINT_LENGTH);
  known.set(cell, print);
  return print;
}

function writeRatchet(writer: Writer, ratchet: Ratchet | undefined): void {
  writer.uint8(ratchet === undefined ? 0 : 1);
  if (ratchet === undefined) return;
  writer.uint32(ratchet.generation);
  writer.uint32(ratchet.skipped.length);
  for (const { generation } of ratchet.skipped) writer.uint32(generation);
}
