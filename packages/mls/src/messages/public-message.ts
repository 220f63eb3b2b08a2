/** Public messages (RFC 9420, section 6.2). */
import type { Codec } from '../codec/codec.ts';
import {
  type FramedContent,
  type FramedContentAuthData,
  framedContentCodec,
  readAuthData,
  writeAuthData,
} from './framed-content.ts';

export interface PublicMessage {
  readonly content: FramedContent;
  readonly auth: FramedContentAuthData;
  /** There exactly when the sender is a member. */
  readonly membershipTag: Uint8Array | undefined;
}

export const publicMessageCodec: Codec<PublicMessage> = {
  write(writer, message) {
    framedContentCodec.write(writer, message.content);
    writeAuthData(writer, message.auth);
    if (message.membershipTag !== undefined) writer.opaque(message.membershipTag);
  },
  read(reader) {
    const content = framedContentCodec.read(reader);
    const auth = readAuthData(reader, content.content.contentType);
    const membershipTag = content.sender.senderType === 'member' ? reader.opaque() : undefined;
    return { content, auth, membershipTag };
  },
};
