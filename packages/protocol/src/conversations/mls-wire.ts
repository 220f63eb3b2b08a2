/** Reading and writing MLSMessages (RFC 9420 section 6): exactly one message, in its one encoding. */
import { type Bytes, copyBytes, equalBytes } from '@sotto/crypto/public';
import type { MLSMessage, MlsMessageContent } from 'ts-mls';
import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls/message.js';

type Wireformat = MlsMessageContent['wireformat'];
type Message<W extends Wireformat> = Extract<MlsMessageContent, { wireformat: W }>;

/**
 * Undefined for anything but one whole message. ts-mls accepts lengths in longer forms than needed (RFC 9420 section
 * 2.1.2 forbids them) and trailing bytes: what it decodes must encode to the same bytes again.
 * The message shares no memory with `bytes`.
 */
export function readMessage(bytes: Uint8Array): MLSMessage | undefined {
  const own = copyBytes(bytes);
  try {
    const decoded = decodeMlsMessage(own, 0);
    if (decoded === undefined) return undefined;
    return equalBytes(encodeMlsMessage(decoded[0]), own) ? decoded[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Like {@link readMessage}, for one kind of message. */
export function readMessageOf<W extends Wireformat>(
  wireformat: W,
  bytes: Uint8Array,
): Message<W> | undefined {
  const message = readMessage(bytes);
  return message !== undefined && isOf(wireformat, message) ? message : undefined;
}

export function writeMessage(content: MlsMessageContent): Bytes {
  return copyBytes(encodeMlsMessage({ version: 'mls10', ...content }));
}

function isOf<W extends Wireformat>(wireformat: W, message: MlsMessageContent): message is Message<W> {
  return message.wireformat === wireformat;
}
