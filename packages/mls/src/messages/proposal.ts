/** Proposals (RFC 9420, section 12.1). */
import { type Codec, opaque, struct, uint16, uint32 } from '../codec/codec.ts';
import { Malformed } from '../codec/reader.ts';
import { type Extension, extensionsCodec } from './extension.ts';
import { type KeyPackage, keyPackageCodec } from './key-package.ts';
import { type LeafNode, leafNodeCodec } from './leaf-node.ts';
import { type PreSharedKeyId, preSharedKeyIdCodec } from './pre-shared-key-id.ts';

export const ProposalType = {
  add: 1,
  update: 2,
  remove: 3,
  psk: 4,
  reinit: 5,
  externalInit: 6,
  groupContextExtensions: 7,
} as const;

export interface Add {
  readonly proposalType: typeof ProposalType.add;
  readonly keyPackage: KeyPackage;
}
export interface Update {
  readonly proposalType: typeof ProposalType.update;
  readonly leafNode: LeafNode;
}
export interface Remove {
  readonly proposalType: typeof ProposalType.remove;
  readonly removed: number;
}
export interface PreSharedKey {
  readonly proposalType: typeof ProposalType.psk;
  readonly psk: PreSharedKeyId;
}
export interface ReInit {
  readonly proposalType: typeof ProposalType.reinit;
  readonly groupId: Uint8Array;
  readonly version: number;
  readonly cipherSuite: number;
  readonly extensions: readonly Extension[];
}
export interface ExternalInit {
  readonly proposalType: typeof ProposalType.externalInit;
  readonly kemOutput: Uint8Array;
}
export interface GroupContextExtensions {
  readonly proposalType: typeof ProposalType.groupContextExtensions;
  readonly extensions: readonly Extension[];
}

export type Proposal = Add | Update | Remove | PreSharedKey | ReInit | ExternalInit | GroupContextExtensions;

type Body<T> = Omit<T, 'proposalType'>;
export const addCodec: Codec<Body<Add>> = struct<Body<Add>>({ keyPackage: keyPackageCodec });
export const updateCodec: Codec<Body<Update>> = struct<Body<Update>>({ leafNode: leafNodeCodec });
export const removeCodec: Codec<Body<Remove>> = struct<Body<Remove>>({ removed: uint32 });
export const preSharedKeyCodec: Codec<Body<PreSharedKey>> = struct<Body<PreSharedKey>>({
  psk: preSharedKeyIdCodec,
});
export const reInitCodec: Codec<Body<ReInit>> = struct<Body<ReInit>>({
  groupId: opaque,
  version: uint16,
  cipherSuite: uint16,
  extensions: extensionsCodec,
});
export const externalInitCodec: Codec<Body<ExternalInit>> = struct<Body<ExternalInit>>({ kemOutput: opaque });
export const groupContextExtensionsCodec: Codec<Body<GroupContextExtensions>> = struct<
  Body<GroupContextExtensions>
>({ extensions: extensionsCodec });

/** A proposal has no length of its own, so that a type which is not known here cannot be skipped. */
export const proposalCodec: Codec<Proposal> = {
  write(writer, proposal) {
    writer.uint16(proposal.proposalType);
    switch (proposal.proposalType) {
      case ProposalType.add:
        return addCodec.write(writer, proposal);
      case ProposalType.update:
        return updateCodec.write(writer, proposal);
      case ProposalType.remove:
        return removeCodec.write(writer, proposal);
      case ProposalType.psk:
        return preSharedKeyCodec.write(writer, proposal);
      case ProposalType.reinit:
        return reInitCodec.write(writer, proposal);
      case ProposalType.externalInit:
        return externalInitCodec.write(writer, proposal);
      case ProposalType.groupContextExtensions:
        return groupContextExtensionsCodec.write(writer, proposal);
    }
  },
  read(reader) {
    const proposalType = reader.uint16();
    switch (proposalType) {
      case ProposalType.add:
        return { proposalType, ...addCodec.read(reader) };
      case ProposalType.update:
        return { proposalType, ...updateCodec.read(reader) };
      case ProposalType.remove:
        return { proposalType, ...removeCodec.read(reader) };
      case ProposalType.psk:
        return { proposalType, ...preSharedKeyCodec.read(reader) };
      case ProposalType.reinit:
        return { proposalType, ...reInitCodec.read(reader) };
      case ProposalType.externalInit:
        return { proposalType, ...externalInitCodec.read(reader) };
      case ProposalType.groupContextExtensions:
        return { proposalType, ...groupContextExtensionsCodec.read(reader) };
      default:
        throw new Malformed('proposal type');
    }
  },
};
