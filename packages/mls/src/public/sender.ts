/** Who may send what, and with which key it must be signed (RFC 9420, sections 6.1 and 12.1.8). */
import { check, fail } from '../errors.ts';
import { ExtensionType, readExtension } from '../messages/extension.ts';
import { externalSendersCodec } from '../messages/external-sender.ts';
import { ContentType, type FramedContent } from '../messages/framed-content.ts';
import { type Proposal, ProposalType } from '../messages/proposal.ts';
import type { Sender } from '../messages/sender.ts';
import type { PublicGroup } from './public-group.ts';

/** What external senders may propose. */
const EXTERNAL_PROPOSALS: ReadonlySet<number> = new Set([
  ProposalType.add,
  ProposalType.remove,
  ProposalType.psk,
  ProposalType.reinit,
  ProposalType.groupContextExtensions,
]);

/** Whether that kind of sender may make that kind of proposal, by itself or in its commit. */
export function checkProposalSender(sender: Sender, { proposalType }: Proposal): void {
  const allowed =
    sender.senderType === 'member' ||
    (sender.senderType === 'external' && EXTERNAL_PROPOSALS.has(proposalType)) ||
    (sender.senderType === 'new_member_proposal' && proposalType === ProposalType.add) ||
    sender.senderType === 'new_member_commit';
  check(allowed, 'proposal-type-not-allowed');
}

/** The key with which `framed` must be signed, after checking that its sender may send it at all. */
export function senderSignatureKey(group: PublicGroup, { sender, content }: FramedContent): Uint8Array {
  switch (sender.senderType) {
    case 'member':
      return group.tree.leaf(sender.leafIndex)?.signatureKey ?? fail('unknown-sender');
    case 'external': {
      check(content.contentType === ContentType.proposal, 'sender-type-not-allowed');
      const senders = readExtension(
        group.context.extensions,
        ExtensionType.externalSenders,
        externalSendersCodec,
      );
      return senders?.[sender.senderIndex]?.signatureKey ?? fail('external-sender-unknown');
    }
    case 'new_member_proposal':
      check(content.contentType === ContentType.proposal, 'sender-type-not-allowed');
      check(content.proposal.proposalType === ProposalType.add, 'proposal-type-not-allowed');
      return content.proposal.keyPackage.leafNode.signatureKey;
    case 'new_member_commit':
      check(content.contentType === ContentType.commit, 'sender-type-not-allowed');
      return content.commit.path?.leafNode.signatureKey ?? fail('external-commit-no-path');
  }
}
