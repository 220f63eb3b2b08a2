/** Authenticated content (RFC 9420, section 6): what proposal references and transcripts hash. */
import { type Codec, encode, oneOf, uint16 } from '../codec/codec.ts';
import { Writer } from '../codec/writer.ts';
import { refHash } from '../crypto/labels.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import {
  type ContentWireFormat,
  type FramedContent,
  type FramedContentAuthData,
  framedContentCodec,
  readAuthData,
  writeAuthData,
} from './framed-content.ts';

export interface AuthenticatedContent {
  readonly wireFormat: ContentWireFormat;
  readonly content: FramedContent;
  readonly auth: FramedContentAuthData;
}

const wireFormatCodec: Codec<ContentWireFormat> = oneOf(uint16, [1, 2]);

export const authenticatedContentCodec: Codec<AuthenticatedContent> = {
  write(writer, value) {
    writer.uint16(value.wireFormat);
    framedContentCodec.write(writer, value.content);
    writeAuthData(writer, value.auth);
  },
  read(reader) {
    const wireFormat = wireFormatCodec.read(reader);
    const content = framedContentCodec.read(reader);
    return { wireFormat, content, auth: readAuthData(reader, content.content.contentType) };
  },
};

/** ProposalRef (section 5.2). */
export function proposalRef(suite: PublicSuite, message: AuthenticatedContent): Uint8Array {
  return refHash(suite, 'MLS 1.0 Proposal Reference', encode(authenticatedContentCodec, message));
}

/** `ConfirmedTranscriptHashInput` (section 8.2). */
export function confirmedTranscriptHashInput(message: AuthenticatedContent): Uint8Array {
  const writer = new Writer();
  writer.uint16(message.wireFormat);
  framedContentCodec.write(writer, message.content);
  writer.opaque(message.auth.signature);
  return writer.finish();
}
