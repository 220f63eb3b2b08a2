/** Vectors of message encoding and protection. */
import { EMPTY } from '../src/bytes.ts';
import { type Codec, decode, encode } from '../src/codec/codec.ts';
import { Writer } from '../src/codec/writer.ts';
import { decryptWithLabel, encryptContext } from '../src/crypto/encrypt-with-label.ts';
import type { CipherSuite } from '../src/crypto/provider.ts';
import { verifyWithLabel } from '../src/crypto/verify-with-label.ts';
import { checkMembershipTag, membershipTag } from '../src/framing/membership-tag.ts';
import { openPrivate, openSenderData, protectPrivate } from '../src/framing/private.ts';
import { signFramedContent } from '../src/framing/sign.ts';
import { verifyFramedContent } from '../src/framing/verify.ts';
import { commitCodec } from '../src/messages/commit.ts';
import {
  type Content,
  type ContentWireFormat,
  type FramedContent,
  writeContentBody,
} from '../src/messages/framed-content.ts';
import type { GroupContext } from '../src/messages/group-context.ts';
import { groupInfoCodec, groupInfoToBeSigned } from '../src/messages/group-info.ts';
import { groupSecretsCodec } from '../src/messages/group-secrets.ts';
import { keyPackageRef } from '../src/messages/key-package.ts';
import { decodeMessage, encodeMessage, type MlsMessage } from '../src/messages/mls-message.ts';
import * as proposals from '../src/messages/proposal.ts';
import { ratchetTreeCodec } from '../src/messages/ratchet-tree.ts';
import { confirmationTag } from '../src/schedule/confirmation.ts';
import { deriveWelcomeKey, deriveWelcomeSecret, startEpoch } from '../src/schedule/key-schedule.ts';
import { derivePskSecret } from '../src/schedule/psk-secret.ts';
import { DEFAULT_RETENTION } from '../src/secrets/retention.ts';
import { secretTree } from '../src/secrets/secret-tree.ts';
import { expectBytes, expectDefined, expectTrue, type Fields } from './fields.ts';

/** Whole messages, and bare structs with their codec. */
const MESSAGES: readonly string[] = [
  'mls_welcome',
  'mls_group_info',
  'mls_key_package',
  'public_message_application',
  'public_message_proposal',
  'public_message_commit',
  'private_message',
];

function reencode<T>(codec: Codec<T>): (bytes: Uint8Array) => Uint8Array | undefined {
  return (bytes) => {
    const value = decode(codec, bytes);
    return value === undefined ? undefined : encode(codec, value);
  };
}

const STRUCTS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | undefined>> = {
  ratchet_tree: reencode(ratchetTreeCodec),
  group_secrets: reencode(groupSecretsCodec),
  add_proposal: reencode(proposals.addCodec),
  update_proposal: reencode(proposals.updateCodec),
  remove_proposal: reencode(proposals.removeCodec),
  pre_shared_key_proposal: reencode(proposals.preSharedKeyCodec),
  re_init_proposal: reencode(proposals.reInitCodec),
  external_init_proposal: reencode(proposals.externalInitCodec),
  group_context_extensions_proposal: reencode(proposals.groupContextExtensionsCodec),
  commit: reencode(commitCodec),
};

export function messagesVector(vector: Fields): void {
  for (const name of MESSAGES) {
    const bytes = vector.bytes(name);
    expectBytes(name, encodeMessage(expectDefined(name, decodeMessage(bytes))), bytes);
  }
  for (const [name, again] of Object.entries(STRUCTS)) {
    const bytes = vector.bytes(name);
    expectBytes(name, again(bytes), bytes);
  }
}

export async function welcomeVector(vector: Fields, suite: CipherSuite): Promise<void> {
  const { welcome } = ofFormat(decodeMessage(vector.bytes('welcome')), 3);
  const { keyPackage } = ofFormat(decodeMessage(vector.bytes('key_package')), 5);
  const reference = keyPackageRef(suite, keyPackage);
  const mine = welcome.secrets.find(({ newMember }) => newMember.every((byte, i) => byte === reference[i]));
  const { encryptedGroupSecrets } = expectDefined('secrets', mine);
  const keyPair = { privateKey: vector.bytes('init_priv'), publicKey: keyPackage.initKey };
  const info = welcome.encryptedGroupInfo;
  const plain = await decryptWithLabel(
    suite,
    keyPair,
    encryptContext(suite, 'Welcome', info),
    encryptedGroupSecrets,
  );
  const secrets = expectDefined(
    'group secrets',
    decode(groupSecretsCodec, expectDefined('plaintext', plain)),
  );
  const psk = derivePskSecret(suite, []);
  const { key, nonce } = deriveWelcomeKey(suite, deriveWelcomeSecret(suite, secrets.joinerSecret, psk));
  const opened = expectDefined('group info', await suite.aead.open(key, nonce, EMPTY, info));
  const groupInfo = expectDefined('group info', decode(groupInfoCodec, opened));
  const signed = groupInfoToBeSigned(groupInfo);
  const { signature, groupContext } = groupInfo;
  expectTrue(
    'signature',
    await verifyWithLabel(suite, vector.bytes('signer_pub'), 'GroupInfoTBS', signed, signature),
  );
  const { confirmationKey } = startEpoch(suite, secrets.joinerSecret, psk, groupContext);
  const tag = confirmationTag(suite, confirmationKey, groupContext.confirmedTranscriptHash);
  expectBytes('confirmation_tag', tag, groupInfo.confirmationTag);
}

function ofFormat<F extends MlsMessage['wireFormat']>(
  message: MlsMessage | undefined,
  format: F,
): Extract<MlsMessage, { wireFormat: F }> {
  const isWanted = (value: MlsMessage): value is Extract<MlsMessage, { wireFormat: F }> =>
    value.wireFormat === format;
  const found = message !== undefined && isWanted(message) ? message : undefined;
  return expectDefined('message', found);
}

interface Protection {
  readonly suite: CipherSuite;
  readonly context: GroupContext;
  readonly vector: Fields;
}

function contentBody(content: Content): Uint8Array {
  const writer = new Writer();
  writeContentBody(writer, content);
  return writer.finish();
}

export async function messageProtectionVector(vector: Fields, suite: CipherSuite): Promise<void> {
  const context: GroupContext = {
    version: 1,
    cipherSuite: suite.id,
    groupId: vector.bytes('group_id'),
    epoch: BigInt(vector.number('epoch')),
    treeHash: vector.bytes('tree_hash'),
    confirmedTranscriptHash: vector.bytes('confirmed_transcript_hash'),
    extensions: [],
  };
  const setting = { suite, context, vector };
  for (const name of ['proposal', 'commit'] as const) {
    await publicProtection(setting, name);
    await privateProtection(setting, name);
  }
  await privateProtection(setting, 'application');
}

async function publicProtection({ suite, context, vector }: Protection, name: string): Promise<void> {
  const { publicMessage } = ofFormat(decodeMessage(vector.bytes(`${name}_pub`)), 1);
  const { content, auth } = publicMessage;
  const key = vector.bytes('membership_key');
  checkMembershipTag(suite, key, publicMessage, context);
  const signatureKey = vector.bytes('signature_pub');
  await verifyFramedContent(suite, signatureKey, { wireFormat: 1, content, auth }, context);
  expectBytes(name, contentBody(content.content), vector.bytes(name));
  const own = { ...auth, signature: await resign({ suite, context, vector }, 1, content) };
  const tag = membershipTag(suite, key, content, own, context);
  checkMembershipTag(suite, key, { content, auth: own, membershipTag: tag }, context);
}

function resign(
  { suite, context, vector }: Protection,
  format: ContentWireFormat,
  content: FramedContent,
): Promise<Uint8Array> {
  return signFramedContent(suite, vector.bytes('signature_priv'), format, content, context);
}

async function privateProtection({ suite, context, vector }: Protection, name: string): Promise<void> {
  const { privateMessage } = ofFormat(decodeMessage(vector.bytes(`${name}_priv`)), 2);
  const tree = secretTree(vector.bytes('encryption_secret'), 1);
  const senderDataSecret = vector.bytes('sender_data_secret');
  const sender = await openSenderData(suite, senderDataSecret, privateMessage);
  const opened = await openPrivate(suite, tree, privateMessage, sender, DEFAULT_RETENTION);
  const body = opened.content.content;
  const data = 'applicationData' in body ? body.applicationData : contentBody(body);
  expectBytes(name, data, vector.bytes(name));
  const authenticated = { wireFormat: 2, content: opened.content, auth: opened.auth } as const;
  await verifyFramedContent(suite, vector.bytes('signature_pub'), authenticated, context);
  const keys = { senderDataSecret, secretTree: tree };
  const signature = await resign({ suite, context, vector }, 2, opened.content);
  const random = (length: number): Uint8Array => new Uint8Array(length).fill(3);
  const auth = { ...opened.auth, signature };
  const own = await protectPrivate(suite, keys, sender.leafIndex, opened.content, auth, 512, random);
  const ownSender = await openSenderData(suite, senderDataSecret, own.message);
  const again = await openPrivate(suite, tree, own.message, ownSender, DEFAULT_RETENTION);
  expectBytes('own signature', again.auth.signature, signature);
}
