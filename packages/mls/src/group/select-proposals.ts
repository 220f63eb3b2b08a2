/** Which stored proposals a commit takes along (RFC 9420, section 12.4). */
import { ProposalType } from '../messages/proposal.ts';
import type { StoredProposal } from '../public/public-group.ts';

/** Whether these stored proposals, in this order, can be committed together with whatever else is. */
export type Judge = (chosen: readonly StoredProposal[]) => Promise<boolean>;

/**
 * All that can be committed together, in the order in which they came. Where they contradict each other a removal goes
 * before the rest, and the later of two before the earlier. What breaks a rule is left out, so that nobody can stop a
 * group by a proposal. A reinitialisation stands alone: it is committed on purpose or not at all.
 */
export async function selectStored(
  stored: readonly StoredProposal[],
  judge: Judge,
): Promise<readonly StoredProposal[]> {
  const inOrder = (chosen: ReadonlySet<StoredProposal>): readonly StoredProposal[] =>
    stored.filter((entry) => chosen.has(entry));
  const candidates = stored.filter(({ proposal }) => proposal.proposalType !== ProposalType.reinit);
  const [removals, others] = [true, false].map((wanted) =>
    candidates.filter(({ proposal }) => (proposal.proposalType === ProposalType.remove) === wanted).reverse(),
  );
  const chosen = new Set<StoredProposal>();
  await take([...(removals ?? []), ...(others ?? [])], chosen, (more) => judge(inOrder(more)));
  return inOrder(chosen);
}

/** Adds to `chosen` what of `candidates` goes with it, the first ones first: by halves, since few will not. */
async function take(
  candidates: readonly StoredProposal[],
  chosen: Set<StoredProposal>,
  judge: (chosen: ReadonlySet<StoredProposal>) => Promise<boolean>,
): Promise<void> {
  if (candidates.length === 0) return;
  if (await judge(new Set([...chosen, ...candidates]))) {
    for (const one of candidates) chosen.add(one);
    return;
  }
  if (candidates.length === 1) return;
  const half = Math.ceil(candidates.length / 2);
  await take(candidates.slice(0, half), chosen, judge);
  await take(candidates.slice(half), chosen, judge);
}
