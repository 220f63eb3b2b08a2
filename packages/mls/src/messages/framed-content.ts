/** Framed content and its authentication data (RFC 9420, section 6). */
import { type Codec, opaque, uint64 } from '../codec/codec.ts';
import { Malformed, type Reader } from '../codec/reader.ts';
import { Writer } from '../codec/writer.ts';
import { type Commit, commitCodec } from './commit.ts';
import { encodeGroupContext, type GroupContext, MLS10 } from './group-context.ts';
import { type Proposal, proposalCodec } from './proposal.ts';
import { type Sender, senderCodec } from './sender.ts';

export const ContentType = { application: 1, proposal: 2, commit: 3 } as const;
export type ContentType = (typeof ContentType)[keyof typeof ContentType];

export type Content =
  | { readonly contentType: typeof ContentType.application; readonly applicationData: Uint8Array }
  | { readonly contentType: typeof ContentType.proposal; readonly proposal: Proposal }
  | { readonly contentType: typeof ContentType.commit; readonly commit: Commit };

export interface FramedContent {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly sender: Sender;
  readonly authenticatedData: Uint8Array;
  readonly content: Content;
}

export function readContentType(reader: Reader): ContentType {
  const type = reader.uint8();
  if (type !== 1 && type !== 2 && type !== 3) throw new Malformed('content type');
  return type;
}

export function writeContentBody(writer: Writer, content: Content): void {
  if (content.contentType === ContentType.application) writer.opaque(content.applicationData);
  else if (content.contentType === ContentType.proposal) proposalCodec.write(writer, content.proposal);
  else commitCodec.write(writer, content.commit);
}

export function readContentBody(reader: Reader, contentType: ContentType): Content {
  if (contentType === ContentType.application) return { contentType, applicationData: reader.opaque() };
  if (contentType === ContentType.proposal) return { contentType, proposal: proposalCodec.read(reader) };
  return { contentType, commit: commitCodec.read(reader) };
}

export const framedContentCodec: Codec<FramedContent> = {
  write(writer, framed) {
    writer.opaque(framed.groupId);
    writer.uint64(framed.epoch);
    senderCodec.write(writer, framed.sender);
    writer.opaque(framed.authenticatedData);
    writer.uint8(framed.content.contentType);
    writeContentBody(writer, framed.content);
  },
  read: (reader) => ({
    groupId: reader.opaque(),
    epoch: uint64.read(reader),
    sender: senderCodec.read(reader),
    authenticatedData: opaque.read(reader),
    content: readContentBody(reader, readContentType(reader)),
  }),
};

/** `FramedContentAuthData`; the confirmation tag is there exactly in commits. */
export interface FramedContentAuthData {
  readonly signature: Uint8Array;
  readonly confirmationTag: Uint8Array | undefined;
}

export function writeAuthData(writer: Writer, auth: FramedContentAuthData): void {
  writer.opaque(auth.signature);
  if (auth.confirmationTag !== undefined) writer.opaque(auth.confirmationTag);
}

export function readAuthData(reader: Reader, contentType: ContentType): FramedContentAuthData {
  const signature = reader.opaque();
  return { signature, confirmationTag: contentType === ContentType.commit ? reader.opaque() : undefined };
}

export const WireFormat = {
  publicMessage: 1,
  privateMessage: 2,
  welcome: 3,
  groupInfo: 4,
  keyPackage: 5,
} as const;
export type ContentWireFormat = typeof WireFormat.publicMessage | typeof WireFormat.privateMessage;

/** `FramedContentTBS`. The context is signed by members and by those who join by their own commit. */
export function framedContentToBeSigned(
  wireFormat: ContentWireFormat,
  framed: FramedContent,
  context: GroupContext,
): Uint8Array {
  const writer = new Writer();
  writer.uint16(MLS10);
  writer.uint16(wireFormat);
  framedContentCodec.write(writer, framed);
  const { senderType } = framed.sender;
  if (senderType === 'member' || senderType === 'new_member_commit') {
    writer.raw(encodeGroupContext(context));
  }
  return writer.finish();
}
