/** A commit as everyone can judge it, members or not (RFC 9420, section 12.4.2, without the secrets). */
import { equalBytes } from '../bytes.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { check, fail } from '../errors.ts';
import { verifyFramedContent } from '../framing/verify.ts';
import type { AuthenticatedContent } from '../messages/authenticated-content.ts';
import { ContentType } from '../messages/framed-content.ts';
import type { GroupContext } from '../messages/group-context.ts';
import type { LeafNode } from '../messages/leaf-node.ts';
import type { Sender } from '../messages/sender.ts';
import type { UpdatePath } from '../messages/update-path.ts';
import { confirmedTranscriptHash, interimTranscriptHash } from '../schedule/transcript.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import {
  type AppliedProposals,
  applyProposals,
  authenticateLeaf,
  checkAgreement,
} from './apply-proposals.ts';
import type { PublicEnvironment } from './environment.ts';
import { leafSignatureClaim, type SignatureClaim, verifyClaims } from './leaf-validation.ts';
import { mergePath, type PathStep, pathSteps } from './path.ts';
import { checkProposalList, needsPath, resolveProposals, type SentProposal } from './proposal-list.ts';
import type { PublicGroup } from './public-group.ts';
import { senderSignatureKey } from './sender.ts';

/** Who commits: where they stand in the new tree, and what stood there before. */
export interface Committer {
  readonly sender: Sender;
  readonly leafIndex: number;
  readonly before: LeafNode | undefined;
}

export interface StagedPublicCommit {
  readonly committer: Committer;
  readonly proposals: readonly SentProposal[];
  readonly applied: AppliedProposals;
  readonly path: UpdatePath | undefined;
  readonly steps: readonly PathStep[];
  /** The context under which path secrets are encrypted: new, but for the transcript. */
  readonly provisionalContext: GroupContext;
  /** The group after the commit. */
  readonly group: PublicGroup;
}

/** Section 6: the message is for this group and epoch. */
export function checkAddressed(group: PublicGroup, groupId: Uint8Array, epoch: bigint): void {
  check(equalBytes(group.context.groupId, groupId), 'wrong-group');
  check(group.context.epoch === epoch, 'wrong-epoch');
}

/** Checks everything that can be checked without secrets; the confirmation tag is taken as it is. */
export async function stagePublicCommit(
  env: PublicEnvironment,
  suite: PublicSuite,
  group: PublicGroup,
  message: AuthenticatedContent,
): Promise<StagedPublicCommit> {
  const { content, sender, groupId, epoch } = message.content;
  if (content.contentType !== ContentType.commit) return fail('invalid-argument');
  checkAddressed(group, groupId, epoch);
  check(group.reinit === undefined, 'reinit-pending');
  const confirmationTag = message.auth.confirmationTag ?? fail('malformed');
  await verifyFramedContent(suite, senderSignatureKey(group, message.content), message, group.context);
  const { commit } = content;
  const proposals = resolveProposals(group, commit, sender);
  const role = sender.senderType === 'member' ? sender.leafIndex : 'joiner';
  checkProposalList(suite, group, proposals, role, false);
  const required = needsPath(proposals.map(({ proposal }) => proposal));
  check(commit.path !== undefined || !required, 'path-required');
  const applied = await applyProposals(env, suite, group, proposals);
  const { tree: roomy, committer } = placeCommitter(group, applied, sender);
  const added = new Set(applied.added.map(({ leafIndex }) => leafIndex));
  const steps = commit.path === undefined ? [] : pathSteps(roomy, committer.leafIndex, added);
  const claims: SignatureClaim[] = [...applied.claims];
  let tree = roomy;
  if (commit.path !== undefined) {
    const { path } = commit;
    const { leafIndex, before } = committer;
    tree = mergePath(suite, roomy, leafIndex, before, path, steps, applied.extensions);
    claims.push(leafSignatureClaim(path.leafNode, { groupId, leafIndex }));
    const previous = before ?? applied.removed[0]?.leaf;
    check(
      previous === undefined || !equalBytes(previous.encryptionKey, path.leafNode.encryptionKey),
      'update-key-unchanged',
    );
    await authenticateLeaf(env, groupId, path.leafNode, previous);
  }
  checkAgreement(tree, applied.extensions);
  await verifyClaims(suite, claims);
  const provisionalContext = nextContext(suite, group, tree, applied);
  const confirmed = confirmedTranscriptHash(suite, group.interimTranscriptHash, message);
  return {
    committer,
    proposals,
    applied,
    path: commit.path,
    steps,
    provisionalContext,
    group: nextGroup(suite, provisionalContext, tree, confirmed, confirmationTag, applied),
  };
}

/** Where the committer stands once the proposals are applied; a joiner takes the leftmost free place. */
export function placeCommitter(
  group: PublicGroup,
  applied: AppliedProposals,
  sender: Sender,
): { readonly tree: RatchetTree; readonly committer: Committer } {
  if (sender.senderType === 'member') {
    const { leafIndex } = sender;
    const before = group.tree.leaf(leafIndex);
    return { tree: applied.tree, committer: { sender, leafIndex, before } };
  }
  const { tree, leafIndex } = applied.tree.reservePlace();
  return { tree, committer: { sender, leafIndex, before: undefined } };
}

/** The next context, with the transcript of the present epoch. */
export function nextContext(
  suite: PublicSuite,
  group: PublicGroup,
  tree: RatchetTree,
  applied: AppliedProposals,
): GroupContext {
  return {
    ...group.context,
    epoch: group.context.epoch + 1n,
    treeHash: tree.hash(suite),
    extensions: applied.extensions,
  };
}

export function nextGroup(
  suite: PublicSuite,
  provisional: GroupContext,
  tree: RatchetTree,
  confirmed: Uint8Array,
  confirmationTag: Uint8Array,
  applied: AppliedProposals,
): PublicGroup {
  return {
    context: { ...provisional, confirmedTranscriptHash: confirmed },
    tree,
    interimTranscriptHash: interimTranscriptHash(suite, confirmed, confirmationTag),
    confirmationTag,
    proposals: [],
    reinit: applied.reinit,
  };
}
