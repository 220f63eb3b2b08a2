/** Reading what comes for a group: commits and application messages, and nothing else. */
import { copyBytes, equalBytes } from '@sotto/crypto/public';
import {
  ContentType,
  decodeMessage,
  type Environment,
  type MlsMessage,
  mergeCommit,
  processMessage,
  type StagedCommit,
  WireFormat,
} from '@sotto/mls';
import { keepsRules } from '../commit-rules.ts';
import type { Authenticate, MessageHeader, Received, ReceivedCommit } from '../mls-engine.ts';
import { type Device, judgement, NOBODY, presented } from './device.ts';
import { failingAs, failure } from './failure.ts';
import { GroupHandle, handleOf, leafOf, memberHandleOf, ownPlace, spending } from './handle.ts';

export async function receive(
  handle: GroupHandle,
  message: Uint8Array,
  authenticate: Authenticate,
  device: Device,
): Promise<Received> {
  const bytes = copyBytes(message);
  const decoded = decodeMessage(bytes);
  const header = decoded === undefined ? undefined : headerOf(decoded);
  if (decoded === undefined || header === undefined || !equalBytes(header.groupId, handle.groupId))
    throw failure('message_unreadable');
  if (decoded.wireFormat === WireFormat.publicMessage) {
    const member = memberHandleOf(handle);
    if (header.epoch < member.epoch) throw failure('commit_stale');
    if (header.epoch > member.epoch) throw failure('message_of_future');
    if (!keepsRules(member.state.group, decoded.publicMessage)) throw failure('commit_invalid');
    return followCommit(member, bytes, authenticate, device);
  }
  return spending(handle, () => openMessage(handle, bytes, header.epoch, device));
}

async function openMessage(
  handle: GroupHandle,
  bytes: Uint8Array,
  epoch: number,
  device: Device,
): Promise<Received> {
  // The last epoch of a removed device is one that it was not in any more.
  if (!handle.active && epoch >= handle.epoch) throw failure('not_a_member');
  if (epoch > handle.epoch) throw failure('message_of_future');
  return failingAs('message_unreadable', async () => {
    const received = await processMessage(device.environment(NOBODY), handle.state, bytes);
    if (received.kind !== 'application') throw failure('message_unreadable');
    const { sender, state, data, generation } = received;
    const leaf = presented(sender);
    if (leaf === undefined) throw failure('message_unreadable');
    return {
      kind: 'application',
      plaintext: copyBytes(data),
      sender: { leaf: sender.leafIndex, ...leaf },
      epoch,
      generation,
      group: new GroupHandle(state),
    };
  });
}

function followCommit(
  handle: GroupHandle,
  bytes: Uint8Array,
  authenticate: Authenticate,
  device: Device,
): Promise<ReceivedCommit> {
  return failingAs('commit_invalid', async () => {
    const env = device.environment(judgement(authenticate, ownPlace(handle)));
    const received = await processMessage(env, handle.state, bytes);
    if (received.kind !== 'commit') throw failure('commit_invalid');
    return summary(handle, received.staged, env);
  });
}

function summary(handle: GroupHandle, staged: StagedCommit, env: Environment): ReceivedCommit {
  return {
    kind: 'commit',
    by: leafOf(staged.committer),
    external: staged.sender.senderType === 'new_member_commit',
    added: staged.added.map(leafOf),
    removed: staged.removed.map(leafOf),
    selfRemoved: staged.selfRemoved,
    epoch: Number(staged.epoch),
    merge() {
      handleOf(handle).spend();
      return new GroupHandle(mergeCommit(env, handle.state, staged));
    },
  };
}

/** What can be seen of a message without any key; undefined for anything but a commit or an application message. */
export function readHeader(bytes: Uint8Array): MessageHeader | undefined {
  const message = decodeMessage(copyBytes(bytes));
  return message === undefined ? undefined : headerOf(message);
}

function headerOf(message: MlsMessage): MessageHeader | undefined {
  if (message.wireFormat === WireFormat.publicMessage) {
    const { content, groupId, epoch } = message.publicMessage.content;
    return content.contentType === ContentType.commit ? header('commit', groupId, epoch) : undefined;
  }
  if (message.wireFormat !== WireFormat.privateMessage) return undefined;
  const { contentType, groupId, epoch } = message.privateMessage;
  return contentType === ContentType.application ? header('application', groupId, epoch) : undefined;
}

function header(kind: MessageHeader['kind'], groupId: Uint8Array, epoch: bigint): MessageHeader {
  return { kind, groupId: copyBytes(groupId), epoch: Number(epoch) };
}
