/** Protecting content as a private message, and back (RFC 9420, section 6.3). */
import { isAllZero, xorPrefix } from '../bytes.ts';
import { type Codec, decode, encode } from '../codec/codec.ts';
import { Writer } from '../codec/writer.ts';
import { expandWithLabel } from '../crypto/labels.ts';
import type { CipherSuite, Random } from '../crypto/provider.ts';
import { check, fail } from '../errors.ts';
import {
  type Content,
  ContentType,
  type FramedContent,
  type FramedContentAuthData,
  readAuthData,
  readContentBody,
  writeAuthData,
  writeContentBody,
} from '../messages/framed-content.ts';
import {
  type PrivateMessage,
  privateContentAad,
  type SenderData,
  senderDataAad,
  senderDataCodec,
} from '../messages/private-message.ts';
import { type Taken, takeGeneration, takeNext } from '../secrets/ratchet.ts';
import type { Retention } from '../secrets/retention.ts';
import { leafRatchets, type RatchetKind, type SecretTree, withLeafRatchets } from '../secrets/secret-tree.ts';

/** The keys that private messages of one epoch need. */
export interface MessageKeys {
  readonly senderDataSecret: Uint8Array;
  readonly secretTree: SecretTree;
}

function ratchetKind(contentType: ContentType): RatchetKind {
  return contentType === ContentType.application ? 'application' : 'handshake';
}

/** `PrivateMessageContent`, filled with zeros up to `paddedLength` bytes when it is shorter. */
function encodePlaintext(content: Content, auth: FramedContentAuthData, paddedLength: number): Uint8Array {
  const writer = new Writer();
  writeContentBody(writer, content);
  writeAuthData(writer, auth);
  if (writer.length < paddedLength) writer.raw(new Uint8Array(paddedLength - writer.length));
  return writer.finish();
}

interface Plaintext {
  readonly content: Content;
  readonly auth: FramedContentAuthData;
  readonly padding: Uint8Array;
}

function plaintextCodec(contentType: ContentType): Codec<Plaintext> {
  return {
    write: () => fail('invalid-argument'),
    read: (reader) => {
      const content = readContentBody(reader, contentType);
      const auth = readAuthData(reader, contentType);
      return { content, auth, padding: reader.rest() };
    },
  };
}

export async function protectPrivate(
  suite: CipherSuite,
  keys: MessageKeys,
  leafIndex: number,
  content: FramedContent,
  auth: FramedContentAuthData,
  paddedLength: number,
  random: Random,
): Promise<{
  readonly message: PrivateMessage;
  readonly secretTree: SecretTree;
  readonly generation: number;
}> {
  const { contentType } = content.content;
  const { secretTree, taken } = advance(suite, keys.secretTree, leafIndex, contentType, (chain) =>
    takeNext(suite, chain),
  );
  const reuseGuard = random(4);
  const header = { ...content, contentType };
  const ciphertext = await suite.aead.seal(
    taken.key,
    xorPrefix(taken.nonce, reuseGuard),
    privateContentAad(header),
    encodePlaintext(content.content, auth, paddedLength),
  );
  const senderData = encode(senderDataCodec, { leafIndex, generation: taken.generation, reuseGuard });
  const { key, nonce } = senderDataKey(suite, keys.senderDataSecret, ciphertext);
  const message = {
    groupId: content.groupId,
    epoch: content.epoch,
    contentType,
    authenticatedData: content.authenticatedData,
    encryptedSenderData: await suite.aead.seal(key, nonce, senderDataAad(header), senderData),
    ciphertext,
  };
  return { message, secretTree, generation: taken.generation };
}

/** Who sent a private message; throws `decryption-failed`. */
export async function openSenderData(
  suite: CipherSuite,
  senderDataSecret: Uint8Array,
  message: PrivateMessage,
): Promise<SenderData> {
  const { key, nonce } = senderDataKey(suite, senderDataSecret, message.ciphertext);
  const plain = await suite.aead.open(key, nonce, senderDataAad(message), message.encryptedSenderData);
  if (plain === undefined) return fail('decryption-failed');
  return decode(senderDataCodec, plain) ?? fail('malformed');
}

export interface OpenedPrivate {
  readonly content: FramedContent;
  readonly auth: FramedContentAuthData;
  /** The tree without the key that was used. */
  readonly secretTree: SecretTree;
}

export async function openPrivate(
  suite: CipherSuite,
  secrets: SecretTree,
  message: PrivateMessage,
  { leafIndex, generation, reuseGuard }: SenderData,
  retention: Retention,
): Promise<OpenedPrivate> {
  const { contentType } = message;
  const { secretTree, taken } = advance(suite, secrets, leafIndex, contentType, (chain) =>
    takeGeneration(suite, chain, generation, retention),
  );
  const nonce = xorPrefix(taken.nonce, reuseGuard);
  const plain = await suite.aead.open(taken.key, nonce, privateContentAad(message), message.ciphertext);
  if (plain === undefined) return fail('decryption-failed');
  const decoded = decode(plaintextCodec(contentType), plain) ?? fail('malformed');
  check(isAllZero(decoded.padding), 'padding-not-zero');
  const content: FramedContent = {
    groupId: message.groupId,
    epoch: message.epoch,
    sender: { senderType: 'member', leafIndex },
    authenticatedData: message.authenticatedData,
    content: decoded.content,
  };
  return { content, auth: decoded.auth, secretTree };
}

function advance(
  suite: CipherSuite,
  tree: SecretTree,
  leafIndex: number,
  contentType: ContentType,
  take: (chain: Taken['ratchet']) => Taken,
): { readonly secretTree: SecretTree; readonly taken: Taken['taken'] } {
  const ratchets = leafRatchets(suite, tree, leafIndex);
  const kind = ratchetKind(contentType);
  const chain = ratchets[kind] ?? fail('generation-consumed');
  const { ratchet, taken } = take(chain);
  return {
    secretTree: withLeafRatchets(suite, tree, leafIndex, { ...ratchets, [kind]: ratchet }),
    taken,
  };
}

/** Section 6.3.2: the key depends on the first Nh bytes of the ciphertext. */
export function senderDataKey(
  suite: CipherSuite,
  senderDataSecret: Uint8Array,
  ciphertext: Uint8Array,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const sample = ciphertext.subarray(0, suite.hashLength);
  return {
    key: expandWithLabel(suite, senderDataSecret, 'key', sample, suite.aead.keyLength),
    nonce: expandWithLabel(suite, senderDataSecret, 'nonce', sample, suite.aead.nonceLength),
  };
}
