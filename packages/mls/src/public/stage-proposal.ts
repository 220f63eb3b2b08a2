/** A proposal message, checked as far as it can be before its commit (RFC 9420, section 12.1). */
import { equalBytes } from '../bytes.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { check, fail } from '../errors.ts';
import { verifyFramedContent } from '../framing/verify.ts';
import { type AuthenticatedContent, proposalRef } from '../messages/authenticated-content.ts';
import { ContentType } from '../messages/framed-content.ts';
import { LeafNodeSource } from '../messages/leaf-node.ts';
import { type Proposal, ProposalType } from '../messages/proposal.ts';
import type { Sender } from '../messages/sender.ts';
import { authenticateLeaf, checkGroupExtensions } from './apply-proposals.ts';
import type { PublicEnvironment } from './environment.ts';
import { demandsOf } from './group-demands.ts';
import { checkKeyPackage, checkLeafNode, leafSignatureClaim, verifyClaims } from './leaf-validation.ts';
import { checkProposal } from './proposal-list.ts';
import type { PublicGroup, StoredProposal } from './public-group.ts';
import { checkProposalSender, senderSignatureKey } from './sender.ts';
import { checkAddressed } from './stage-commit.ts';

export async function stageProposal(
  env: PublicEnvironment,
  suite: PublicSuite,
  group: PublicGroup,
  message: AuthenticatedContent,
): Promise<StoredProposal> {
  const { content, sender, groupId, epoch } = message.content;
  if (content.contentType !== ContentType.proposal) return fail('invalid-argument');
  checkAddressed(group, groupId, epoch);
  check(group.reinit === undefined, 'reinit-pending');
  await verifyFramedContent(suite, senderSignatureKey(group, message.content), message, group.context);
  const { proposal } = content;
  checkProposalSender(sender, proposal);
  check(proposal.proposalType !== ProposalType.externalInit, 'external-init-by-member');
  checkProposal(suite, group, proposal, false);
  await checkLeaf(env, suite, group, proposal, sender);
  if (proposal.proposalType === ProposalType.groupContextExtensions) {
    await checkGroupExtensions(env, suite, groupId, proposal.extensions);
  }
  return { reference: proposalRef(suite, message), proposal, sender };
}

async function checkLeaf(
  env: PublicEnvironment,
  suite: PublicSuite,
  group: PublicGroup,
  proposal: Proposal,
  sender: Sender,
): Promise<void> {
  const { context, tree } = group;
  const demands = demandsOf(context.extensions);
  if (proposal.proposalType === ProposalType.add) {
    checkAbsent(group, proposal.keyPackage.leafNode.signatureKey);
    const claims = checkKeyPackage(env, suite, proposal.keyPackage, context, demands);
    await verifyClaims(suite, claims);
    await authenticateLeaf(env, context.groupId, proposal.keyPackage.leafNode, undefined);
  }
  if (proposal.proposalType === ProposalType.update && sender.senderType === 'member') {
    const { leafNode } = proposal;
    check(leafNode.origin.leafNodeSource === LeafNodeSource.update, 'leaf-source');
    checkLeafNode(suite, leafNode, demands);
    const before = tree.leaf(sender.leafIndex) ?? fail('unknown-sender');
    check(!equalBytes(before.encryptionKey, leafNode.encryptionKey), 'update-key-unchanged');
    await verifyClaims(suite, [leafSignatureClaim(leafNode, { ...sender, groupId: context.groupId })]);
    await authenticateLeaf(env, context.groupId, leafNode, before);
  }
}

/** Section 12.2: who is a member is not added, unless a proposal removes that leaf. */
function checkAbsent({ tree, proposals }: PublicGroup, signatureKey: Uint8Array): void {
  if (tree.signatureKeyCount(signatureKey) === 0) return;
  const leaves = proposals.map(({ proposal }) => 'removed' in proposal && tree.leaf(proposal.removed));
  const isLeaving = leaves.some((leaf) => leaf && equalBytes(leaf.signatureKey, signatureKey));
  check(isLeaving, 'already-member');
}

/** The most proposals that wait for a commit, and how many of them may be of newcomers, who are no members yet. */
export const MOST_PROPOSALS = 256;
export const MOST_NEWCOMERS = 64;

/** The group with the proposal, once. Throws `proposals-too-many`. */
export function storeProposal(group: PublicGroup, stored: StoredProposal): PublicGroup {
  const { proposals } = group;
  if (proposals.some(({ reference }) => equalBytes(reference, stored.reference))) return group;
  const { senderType } = stored.sender;
  const newcomers = proposals.filter(({ sender }) => sender.senderType === 'new_member_proposal');
  const isOneTooMany = senderType === 'new_member_proposal' && newcomers.length >= MOST_NEWCOMERS;
  check(proposals.length < MOST_PROPOSALS && !isOneTooMany, 'proposals-too-many');
  return { ...group, proposals: [...proposals, stored] };
}
