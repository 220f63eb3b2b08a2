/** Private messages as they travel (RFC 9420, section 6.3). */
import { type Codec, fixed, opaque, struct, uint32, uint64 } from '../codec/codec.ts';
import { Writer } from '../codec/writer.ts';
import { type ContentType, readContentType } from './framed-content.ts';

export interface PrivateMessage {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly contentType: ContentType;
  readonly authenticatedData: Uint8Array;
  readonly encryptedSenderData: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const contentTypeCodec: Codec<ContentType> = {
  write: (writer, value) => writer.uint8(value),
  read: readContentType,
};

export const privateMessageCodec: Codec<PrivateMessage> = struct<PrivateMessage>({
  groupId: opaque,
  epoch: uint64,
  contentType: contentTypeCodec,
  authenticatedData: opaque,
  encryptedSenderData: opaque,
  ciphertext: opaque,
});

type Header = Pick<PrivateMessage, 'groupId' | 'epoch' | 'contentType' | 'authenticatedData'>;

/** `PrivateContentAAD` (section 6.3.1). */
export function privateContentAad(header: Header): Uint8Array {
  const writer = new Writer();
  writer.raw(senderDataAad(header));
  writer.opaque(header.authenticatedData);
  return writer.finish();
}

/** `SenderDataAAD` (section 6.3.2). */
export function senderDataAad(header: Header): Uint8Array {
  const writer = new Writer();
  writer.opaque(header.groupId);
  writer.uint64(header.epoch);
  writer.uint8(header.contentType);
  return writer.finish();
}

/** `SenderData` (section 6.3.2). */
export interface SenderData {
  readonly leafIndex: number;
  readonly generation: number;
  readonly reuseGuard: Uint8Array;
}

export const senderDataCodec: Codec<SenderData> = struct<SenderData>({
  leafIndex: uint32,
  generation: uint32,
  reuseGuard: fixed(4),
});
