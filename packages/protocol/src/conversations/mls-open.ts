/** Opening a PrivateMessage with application data (RFC 9420 sections 6.3 and 9). */
import { type Bytes, copyBytes } from '@sotto/crypto/public';
import type { ClientState, EpochReceiverData, GenerationSecret, PrivateMessage, SecretTree } from 'ts-mls';
import { verifyFramedContentSignature } from 'ts-mls/framedContent.js';
import {
  decodePrivateMessageContent,
  decryptSenderData,
  encodePrivateContentAAD,
  toAuthenticatedContent,
} from 'ts-mls/privateMessage.js';
import type { Leaf } from './mls-engine.ts';
import { failingAs, failure } from './mls-failure.ts';
import { GroupHandle } from './mls-group.ts';
import { messageKey } from './mls-ratchet.ts';
import { leafAt } from './mls-tree.ts';
import type { Suite } from './suite.ts';

export interface OpenedMessage {
  readonly plaintext: Bytes;
  readonly sender: Leaf;
  readonly generation: number;
  readonly group: GroupHandle;
  /** Secrets that the old group still holds, to be overwritten. */
  readonly consumed: readonly Uint8Array[];
}

/** What reading needs of an epoch, whether it is the present one or a former one. */
type Epoch = Pick<EpochReceiverData, 'secretTree' | 'ratchetTree' | 'senderDataSecret' | 'groupContext'>;

export async function openMessage(
  handle: GroupHandle,
  message: PrivateMessage,
  suite: Suite,
): Promise<OpenedMessage> {
  if (message.contentType !== 'application') throw failure('message_unreadable');
  const epoch = epochOf(handle, message.epoch);
  const from = await failingAs('message_unreadable', () =>
    decryptSenderData(message, epoch.senderDataSecret, suite),
  );
  const sender = from === undefined ? undefined : leafAt(epoch.ratchetTree, from.leafIndex);
  const node = sender === undefined ? undefined : epoch.secretTree[2 * sender.leaf];
  if (from === undefined || sender === undefined || node === undefined) throw failure('message_unreadable');
  if (sender.leaf === handle.ownLeaf) throw failure('message_own');

  const found = await messageKey(node.application, from.generation, suite);
  const nonce = withReuseGuard(found.nonce, from.reuseGuard);
  const plaintext = await failingAs('message_unreadable', () =>
    decryptContent(message, sender, epoch, { key: found.key, nonce }, suite),
  );
  found.key.fill(0);
  const secretTree = withRatchet(epoch.secretTree, sender.leaf, found.ratchet);
  return {
    plaintext,
    sender,
    generation: from.generation,
    group: new GroupHandle(withSecretTree(handle.state, message.epoch, secretTree)),
    consumed: found.consumed,
  };
}

function epochOf(handle: GroupHandle, epoch: bigint): Epoch {
  const { state } = handle;
  const now = state.groupContext.epoch;
  if (epoch === now) {
    return { ...state, senderDataSecret: state.keySchedule.senderDataSecret };
  }
  if (epoch > now) throw failure(handle.active ? 'message_of_future' : 'not_a_member');
  const former = state.historicalReceiverData.get(epoch);
  if (former === undefined) throw failure('message_too_old');
  return former;
}

async function decryptContent(
  message: PrivateMessage,
  sender: Leaf,
  epoch: Epoch,
  { key, nonce }: { key: Bytes; nonce: Bytes },
  suite: Suite,
): Promise<Bytes> {
  const aad = encodePrivateContentAAD(message);
  const decrypted = await suite.hpke.decryptAead(key, nonce, aad, message.ciphertext);
  const content = decodePrivateMessageContent('application')(decrypted, 0)?.[0];
  if (content?.contentType !== 'application') throw failure('message_unreadable');
  const { content: framed, auth } = toAuthenticatedContent(content, message, sender.leaf);
  const valid = await verifyFramedContentSignature(
    sender.signatureKey,
    'mls_private_message',
    framed,
    auth,
    epoch.groupContext,
    suite.signature,
  );
  if (!valid) throw failure('message_unreadable');
  return copyBytes(content.applicationData);
}

/** RFC 9420 section 6.3.1. */
function withReuseGuard(nonce: Bytes, guard: Uint8Array): Bytes {
  return nonce.map((byte, i) => byte ^ (guard[i] ?? 0));
}

function withRatchet(tree: SecretTree, leaf: number, application: GenerationSecret): SecretTree {
  return tree.map((node, i) => (i === 2 * leaf ? { ...node, application } : node));
}

function withSecretTree(state: ClientState, epoch: bigint, secretTree: SecretTree): ClientState {
  if (epoch === state.groupContext.epoch) return { ...state, secretTree };
  const historicalReceiverData = new Map(state.historicalReceiverData);
  const former = historicalReceiverData.get(epoch);
  if (former !== undefined) historicalReceiverData.set(epoch, { ...former, secretTree });
  return { ...state, historicalReceiverData };
}
