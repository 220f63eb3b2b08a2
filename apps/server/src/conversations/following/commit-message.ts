/**
 * What we allow of a commit beyond RFC 9420 (docs/spec/conversations.md), looked at before anything costly is done:
 * a public message with a path and all proposals by value; members add and remove, who joins from outside replaces
 * nobody but itself.
 */
import { type Bytes, equalBytes } from '@sotto/crypto/public';
import {
  ContentType,
  decodeMessage,
  type LeafNode,
  ProposalType,
  type PublicGroup,
  WireFormat,
} from '@sotto/mls/public';

const BY_MEMBER: readonly number[] = [ProposalType.add, ProposalType.remove];
const BY_JOINER: readonly number[] = [ProposalType.externalInit, ProposalType.remove];

export interface CommitMessage {
  readonly epoch: bigint;
  readonly external: boolean;
  /** The committer's new leaf. */
  readonly leaf: LeafNode;
  /** Leaves that must bear the committer's key: its own, or the one that it comes back for. */
  readonly own: readonly number[];
}

/** Undefined for what is no commit that we allow. */
export function readCommit(bytes: Bytes): CommitMessage | undefined {
  const message = decodeMessage(bytes);
  if (message?.wireFormat !== WireFormat.publicMessage) return undefined;
  const { sender, content, epoch } = message.publicMessage.content;
  if (content.contentType !== ContentType.commit || content.commit.path === undefined) return undefined;
  const external = sender.senderType === 'new_member_commit';
  if (!external && sender.senderType !== 'member') return undefined;
  const own: number[] = external ? [] : [sender.leafIndex];
  for (const item of content.commit.proposals) {
    if (!('proposal' in item)) return undefined;
    const { proposal } = item;
    if (!(external ? BY_JOINER : BY_MEMBER).includes(proposal.proposalType)) return undefined;
    if (external && proposal.proposalType === ProposalType.remove) own.push(proposal.removed);
  }
  return { epoch, external, leaf: content.commit.path.leafNode, own };
}

export function keepsOwnKey({ leaf, own }: CommitMessage, { tree }: PublicGroup): boolean {
  return own.every((index) => {
    const before = tree.leaf(index);
    return before !== undefined && equalBytes(before.signatureKey, leaf.signatureKey);
  });
}
