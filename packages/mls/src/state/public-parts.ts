/** The public parts of a stored state. */
import { type Codec, fixed, opaque, optional, struct, vector } from '../codec/codec.ts';
import { Malformed } from '../codec/reader.ts';
import type { MlsErrorCode } from '../errors.ts';
import { groupContextCodec } from '../messages/group-context.ts';
import { ProposalType, proposalCodec, type ReInit, reInitCodec } from '../messages/proposal.ts';
import { senderCodec } from '../messages/sender.ts';
import type { PublicGroup, StoredProposal } from '../public/public-group.ts';

const STATE_VERSION = 2;

/** A public group without its tree. */
export type GroupHead = Omit<PublicGroup, 'tree'>;

const reInit: Codec<ReInit> = {
  write: reInitCodec.write,
  read: (reader) => ({ proposalType: ProposalType.reinit, ...reInitCodec.read(reader) }),
};

export const groupHeadCodec: Codec<GroupHead> = struct<GroupHead>({
  context: groupContextCodec,
  interimTranscriptHash: opaque,
  confirmationTag: opaque,
  proposals: vector(
    struct<StoredProposal>({ reference: opaque, proposal: proposalCodec, sender: senderCodec }),
  ),
  reinit: optional(reInit),
});

/** Magic and version in front of everything that is stored. `kind` tells the encodings apart. */
export function headerCodec(kind: number): Codec<undefined> {
  const magic = fixed(4);
  return {
    write: (writer) => writer.raw(Uint8Array.of(0x4d, 0x4c, kind, STATE_VERSION)),
    read(reader) {
      const [m, l, k, version] = magic.read(reader);
      if (m !== 0x4d || l !== 0x4c || k !== kind) throw new Malformed('header');
      if (version !== STATE_VERSION) throw new Malformed('version');
      return undefined;
    },
  };
}

/** The code of why stored bytes cannot be read. */
export function refusal(bytes: Uint8Array): MlsErrorCode {
  const [m, l, , version] = bytes;
  if (m !== 0x4d || l !== 0x4c || version === undefined || version === STATE_VERSION)
    return 'state-malformed';
  return version > STATE_VERSION ? 'state-version' : 'state-older';
}
