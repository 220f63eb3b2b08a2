/**
 * Which stored proposals a commit takes along (RFC 9420, section 12.4: all that are valid, and where they
 * contradict each other, a removal before an update, and the later of two).
 */
import { toHex } from '../bytes.ts';
import { type Proposal, ProposalType } from '../messages/proposal.ts';
import type { StoredProposal } from '../public/public-group.ts';
import type { ActiveGroup } from './state.ts';

/** What a proposal is about: two of one subject cannot both be committed. */
function subject({ proposal, sender }: Pick<StoredProposal, 'proposal' | 'sender'>): string {
  switch (proposal.proposalType) {
    case ProposalType.add:
      return `add ${toHex(proposal.keyPackage.leafNode.signatureKey)}`;
    case ProposalType.update:
      return `leaf ${sender.senderType === 'member' ? sender.leafIndex : 'none'}`;
    case ProposalType.remove:
      return `leaf ${proposal.removed}`;
    case ProposalType.psk:
      return `psk ${toHex(proposal.psk.pskNonce)}`;
    default:
      return `type ${proposal.proposalType}`;
  }
}

export function selectStored(own: ActiveGroup, byValue: readonly Proposal[]): readonly StoredProposal[] {
  const sender = { senderType: 'member', leafIndex: own.ownLeaf } as const;
  const taken = new Set(byValue.map((proposal) => subject({ proposal, sender })));
  taken.add(`leaf ${own.ownLeaf}`);
  if (byValue.some(({ proposalType }) => proposalType === ProposalType.reinit)) return [];
  const chosen = new Map<string, StoredProposal>();
  for (const stored of own.group.proposals) {
    const about = subject(stored);
    const { proposalType } = stored.proposal;
    if (taken.has(about)) continue;
    // A reinitialisation stands alone: it is committed on purpose or not at all.
    if (proposalType === ProposalType.reinit) continue;
    const rival = chosen.get(about)?.proposal.proposalType;
    if (rival === ProposalType.remove && proposalType === ProposalType.update) continue;
    chosen.set(about, stored);
  }
  const kept = new Set(chosen.values());
  return own.group.proposals.filter((stored) => kept.has(stored));
}
