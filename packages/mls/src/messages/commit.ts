/** Commits (RFC 9420, section 12.4). */
import { type Codec, optional, struct, vector } from '../codec/codec.ts';
import { Malformed } from '../codec/reader.ts';
import { type Proposal, proposalCodec } from './proposal.ts';
import { type UpdatePath, updatePathCodec } from './update-path.ts';

/** By value or by the reference of an earlier proposal message. */
export type ProposalOrRef = { readonly proposal: Proposal } | { readonly reference: Uint8Array };

export interface Commit {
  readonly proposals: readonly ProposalOrRef[];
  readonly path: UpdatePath | undefined;
}

const proposalOrRefCodec: Codec<ProposalOrRef> = {
  write(writer, value) {
    writer.uint8('proposal' in value ? 1 : 2);
    if ('proposal' in value) proposalCodec.write(writer, value.proposal);
    else writer.opaque(value.reference);
  },
  read(reader) {
    const type = reader.uint8();
    if (type === 1) return { proposal: proposalCodec.read(reader) };
    if (type === 2) return { reference: reader.opaque() };
    throw new Malformed('proposal or reference');
  },
};

export const commitCodec: Codec<Commit> = struct<Commit>({
  proposals: vector(proposalOrRefCodec),
  path: optional(updatePathCodec),
});
