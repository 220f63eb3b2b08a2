/**
 * One codec for both encodings of a state: whole (a snapshot), or against an earlier state of the same
 * group (a journal entry), in which an unchanged part is one byte.
 */
import type { Codec } from '../codec/codec.ts';
import { Malformed, type Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import type { ActiveGroup, GroupState } from '../group/state.ts';
import { type OwnPart, ownPartCodec, resumptionCodec } from './own-part.ts';
import { readPastEpochs, writePastEpochs } from './past-epochs.ts';
import { type GroupHead, groupHeadCodec } from './public-parts.ts';
import { readSecrets, writeSecrets } from './secret-delta.ts';
import { readTree, writeTree } from './tree-delta.ts';

/** Writes whether a part is new, and it if so. */
function part(writer: Writer, isSame: boolean, write: () => void): void {
  writer.uint8(isSame ? 0 : 1);
  if (!isSame) write();
}

function readPart<T>(reader: Reader, base: T | undefined, read: () => T): T {
  const isNew = reader.uint8();
  if (isNew === 1) return read();
  if (isNew !== 0 || base === undefined) throw new Malformed('part');
  return base;
}

function isSameHead(a: GroupState['group'], b: GroupState['group'] | undefined): boolean {
  return (
    a.context === b?.context &&
    a.proposals === b.proposals &&
    a.reinit === b.reinit &&
    a.confirmationTag === b.confirmationTag
  );
}

function isSameOwn(a: ActiveGroup, b: ActiveGroup | undefined): boolean {
  return (
    a.secrets === b?.secrets &&
    a.pathKeys === b.pathKeys &&
    a.pendingUpdates === b.pendingUpdates &&
    a.signaturePrivateKey === b.signaturePrivateKey
  );
}

export function stateCodec(base: GroupState | undefined): Codec<GroupState> {
  const activeBase = base?.status === 'active' ? base : undefined;
  return {
    write(writer, state) {
      writer.uint8(state.status === 'active' ? 1 : 0);
      writer.uint32(state.ownLeaf);
      part(writer, isSameHead(state.group, base?.group), () => groupHeadCodec.write(writer, state.group));
      part(writer, state.group.tree === base?.group.tree, () =>
        writeTree(writer, state.group.tree, base?.group.tree, 'all'),
      );
      part(writer, state.pastEpochs === base?.pastEpochs, () =>
        writePastEpochs(writer, state.pastEpochs, state.group.tree, base),
      );
      part(writer, state.resumption === base?.resumption, () =>
        resumptionCodec.write(writer, state.resumption),
      );
      if (state.status !== 'active') return;
      part(writer, isSameOwn(state, activeBase), () => ownPartCodec.write(writer, state));
      part(writer, state.secretTree === activeBase?.secretTree, () =>
        writeSecrets(writer, state.secretTree, activeBase?.secretTree),
      );
    },
    read(reader) {
      const isActive = reader.uint8() === 1;
      const ownLeaf = reader.uint32();
      const head = readPart<GroupHead>(reader, base?.group, () => groupHeadCodec.read(reader));
      const tree = readPart(reader, base?.group.tree, () => readTree(reader, base?.group.tree));
      const { context, interimTranscriptHash, confirmationTag, proposals, reinit } = head;
      const group = { context, tree, interimTranscriptHash, confirmationTag, proposals, reinit };
      const pastEpochs = readPart(reader, base?.pastEpochs, () => readPastEpochs(reader, tree, base));
      const resumption = readPart(reader, base?.resumption, () => resumptionCodec.read(reader));
      if (!isActive) return { status: 'removed', group, ownLeaf, pastEpochs, resumption };
      const own = readPart<OwnPart>(reader, activeBase, () => ownPartCodec.read(reader));
      const { signaturePrivateKey, pathKeys, secrets, pendingUpdates } = own;
      const secretTree = readPart(reader, activeBase?.secretTree, () =>
        readSecrets(reader, activeBase?.secretTree),
      );
      return {
        status: 'active',
        group,
        ownLeaf,
        signaturePrivateKey,
        pathKeys,
        secrets,
        secretTree,
        pendingUpdates,
        pastEpochs,
        resumption,
      };
    },
  };
}
