/** The rules for the list of proposals of one commit (RFC 9420, section 12.2) and for each (12.1). */
import { toHex } from '../bytes.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { check, fail } from '../errors.ts';
import type { Commit } from '../messages/commit.ts';
import { checkUniqueExtensions } from '../messages/extension.ts';
import { type Proposal, ProposalType } from '../messages/proposal.ts';
import type { Sender } from '../messages/sender.ts';
import { checkPskId, checkPskList } from './psk-ids.ts';
import type { PublicGroup, StoredProposal } from './public-group.ts';
import { checkProposalSender } from './sender.ts';

/** A proposal of a commit, with who made it. */
export interface SentProposal {
  readonly proposal: Proposal;
  readonly sender: Sender;
  readonly byReference: boolean;
}

/** The proposals of a commit in order, references looked up. */
export function resolveProposals(
  group: PublicGroup,
  commit: Commit,
  sender: Sender,
): readonly SentProposal[] {
  const find = storedFinder(group.proposals);
  return commit.proposals.map((entry) => {
    if ('proposal' in entry) return { proposal: entry.proposal, sender, byReference: false };
    const found = find(entry.reference);
    return { proposal: found.proposal, sender: found.sender, byReference: true };
  });
}

/** Finds stored proposals by their reference; throws `proposal-unknown`. */
export function storedFinder(stored: readonly StoredProposal[]): (reference: Uint8Array) => StoredProposal {
  const known = new Map(stored.map((entry) => [toHex(entry.reference), entry]));
  return (reference) => known.get(toHex(reference)) ?? fail('proposal-unknown');
}

function ofType<T extends Proposal['proposalType']>(
  list: readonly SentProposal[],
  type: T,
): readonly Extract<Proposal, { proposalType: T }>[] {
  return list
    .map((entry) => entry.proposal)
    .filter((proposal): proposal is Extract<Proposal, { proposalType: T }> => proposal.proposalType === type);
}

/** Rules that need the list and the present tree, but no signature. `initial`: section 11.2 and 11.3. */
export function checkProposalList(
  suite: PublicSuite,
  group: PublicGroup,
  list: readonly SentProposal[],
  committer: number | 'joiner',
  initial: boolean,
): void {
  for (const { sender, proposal } of list) {
    checkProposalSender(sender, proposal);
    checkProposal(suite, group, proposal, initial);
  }
  if (committer === 'joiner') checkExternalCommitList(group, list);
  else checkMemberCommitList(list, committer);
  checkPskList(ofType(list, ProposalType.psk).map(({ psk }) => psk));
}

/** What makes a proposal invalid by itself (section 12.1). */
export function checkProposal(
  suite: PublicSuite,
  group: PublicGroup,
  proposal: Proposal,
  initial: boolean,
): void {
  switch (proposal.proposalType) {
    case ProposalType.remove:
      check(group.tree.leaf(proposal.removed) !== undefined, 'remove-of-blank-leaf');
      return;
    case ProposalType.psk:
      checkPskId(suite, proposal.psk, initial);
      return;
    case ProposalType.reinit:
      check(proposal.version >= group.context.version, 'reinit-version-downgrade');
      checkUniqueExtensions(proposal.extensions);
      return;
    case ProposalType.groupContextExtensions:
      checkUniqueExtensions(proposal.extensions);
      return;
    default:
      return;
  }
}

function checkMemberCommitList(list: readonly SentProposal[], committer: number): void {
  const changed = new Set<number>();
  for (const { proposal, sender } of list) {
    if (proposal.proposalType === ProposalType.update) {
      if (sender.senderType !== 'member') fail('proposal-type-not-allowed');
      check(sender.leafIndex !== committer, 'update-by-committer');
      markChanged(changed, sender.leafIndex);
    }
    if (proposal.proposalType === ProposalType.remove) {
      check(proposal.removed !== committer, 'remove-committer');
      markChanged(changed, proposal.removed);
    }
    check(proposal.proposalType !== ProposalType.externalInit, 'external-init-by-member');
  }
  check(ofType(list, ProposalType.groupContextExtensions).length <= 1, 'multiple-group-context-extensions');
  check(ofType(list, ProposalType.reinit).length === 0 || list.length === 1, 'reinit-not-alone');
  checkAdds(list);
}

function markChanged(changed: Set<number>, leaf: number): void {
  check(!changed.has(leaf), 'multiple-changes-of-leaf');
  changed.add(leaf);
}

/** Two additions of one client, which we tell by its signature key. */
function checkAdds(list: readonly SentProposal[]): void {
  const keys = new Set<string>();
  for (const { keyPackage } of ofType(list, ProposalType.add)) {
    const key = toHex(keyPackage.leafNode.signatureKey);
    check(!keys.has(key), 'duplicate-add');
    keys.add(key);
  }
}

const EXTERNAL_COMMIT_PROPOSALS: ReadonlySet<number> = new Set([
  ProposalType.externalInit,
  ProposalType.remove,
  ProposalType.psk,
]);

/** Section 12.2, for commits by those who are not members yet. */
function checkExternalCommitList(group: PublicGroup, list: readonly SentProposal[]): void {
  for (const { proposal, byReference } of list) {
    check(!byReference, 'external-commit-by-reference');
    check(EXTERNAL_COMMIT_PROPOSALS.has(proposal.proposalType), 'external-commit-proposal-type');
  }
  check(ofType(list, ProposalType.externalInit).length === 1, 'external-init-count');
  check(ofType(list, ProposalType.remove).length <= 1, 'external-commit-removes');
  check(group.reinit === undefined, 'reinit-pending');
}

/** Section 12.4: whether a commit of these proposals must have a path. */
export function needsPath(proposals: readonly Proposal[]): boolean {
  const free: ReadonlySet<number> = new Set([ProposalType.add, ProposalType.psk, ProposalType.reinit]);
  return proposals.length === 0 || proposals.some(({ proposalType }) => !free.has(proposalType));
}
