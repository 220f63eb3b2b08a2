/** Former epochs as they are stored: each tree against the next newer one, each against the stored state. */
import { opaque } from '../codec/codec.ts';
import { Malformed, type Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import type { GroupState, PastEpoch } from '../group/state.ts';
import { groupContextCodec } from '../messages/group-context.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import { readSecrets, writeSecrets } from './secret-delta.ts';
import { readTree, writeTree } from './tree-delta.ts';

const KNOWN = 0;
const CHANGED = 1;
const FORMER = 2;
const FULL = 3;

/** `base` is the state against which a journal entry is written; `newest` the tree of the present epoch. */
export function writePastEpochs(
  writer: Writer,
  epochs: readonly PastEpoch[],
  newest: RatchetTree,
  base: GroupState | undefined,
): void {
  writer.uint32(epochs.length);
  let newer = newest;
  for (const epoch of epochs) {
    writeEpoch(writer, epoch, newer, base);
    newer = epoch.tree;
  }
}

function writeEpoch(
  writer: Writer,
  epoch: PastEpoch,
  newer: RatchetTree,
  base: GroupState | undefined,
): void {
  const place = base?.pastEpochs.findIndex(({ context }) => context.epoch === epoch.context.epoch) ?? -1;
  const known = base?.pastEpochs[place];
  if (known !== undefined) {
    writer.uint8(known === epoch ? KNOWN : CHANGED);
    writer.uint32(place);
    if (known !== epoch) writeSecrets(writer, epoch.secretTree, known.secretTree);
    return;
  }
  if (base?.status === 'active' && base.group.context === epoch.context) {
    writer.uint8(FORMER);
    writeSecrets(writer, epoch.secretTree, base.secretTree);
    return;
  }
  writer.uint8(FULL);
  groupContextCodec.write(writer, epoch.context);
  writer.opaque(epoch.senderDataSecret);
  writeSecrets(writer, epoch.secretTree, undefined);
  writeTree(writer, epoch.tree, newer, 'leaves');
}

export function readPastEpochs(
  reader: Reader,
  newest: RatchetTree,
  base: GroupState | undefined,
): readonly PastEpoch[] {
  const epochs: PastEpoch[] = [];
  let newer = newest;
  for (let count = reader.uint32(); count > 0; count--) {
    const epoch = readEpoch(reader, newer, base);
    epochs.push(epoch);
    newer = epoch.tree;
  }
  return epochs;
}

function readEpoch(reader: Reader, newer: RatchetTree, base: GroupState | undefined): PastEpoch {
  const tag = reader.uint8();
  if (tag === KNOWN || tag === CHANGED) {
    const known = base?.pastEpochs[reader.uint32()];
    if (known === undefined) throw new Malformed('past epoch');
    return tag === KNOWN ? known : { ...known, secretTree: readSecrets(reader, known.secretTree) };
  }
  if (tag === FORMER && base?.status === 'active') {
    const { context, tree } = base.group;
    const { senderDataSecret } = base.secrets;
    return { context, tree, senderDataSecret, secretTree: readSecrets(reader, base.secretTree) };
  }
  if (tag !== FULL) throw new Malformed('past epoch');
  return {
    context: groupContextCodec.read(reader),
    senderDataSecret: opaque.read(reader),
    secretTree: readSecrets(reader, undefined),
    tree: readTree(reader, newer),
  };
}
