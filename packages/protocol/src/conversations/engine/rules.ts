/**
 * What we allow of a commit beyond RFC 9420: it is public, its proposals are by value, members add and remove, and who
 * joins from outside replaces nobody but itself. Everything else (updates, new group extensions, pre-shared keys,
 * reinitialisation, proposals by reference) has no use here, so nobody can use it.
 */
import { equalBytes } from '@sotto/crypto/public';
import { ContentType, type GroupState, type MlsMessage, ProposalType, type WireFormat } from '@sotto/mls';
import { failure } from './failure.ts';

type PublicMessage = Extract<MlsMessage, { wireFormat: typeof WireFormat.publicMessage }>['publicMessage'];

const MEMBERS: readonly number[] = [ProposalType.add, ProposalType.remove];
const JOINERS: readonly number[] = [ProposalType.externalInit, ProposalType.remove];

/** Throws `commit_invalid`. Signatures and all rules of the standard are the engine's to check. */
export function checkRules({ group }: GroupState, { content: { sender, content } }: PublicMessage): void {
  if (content.contentType !== ContentType.commit) throw failure('commit_invalid');
  const { proposals, path } = content.commit;
  if (path === undefined) throw failure('commit_invalid');
  const external = sender.senderType === 'new_member_commit';
  if (!external && sender.senderType !== 'member') throw failure('commit_invalid');
  const allowed = external ? JOINERS : MEMBERS;
  const replaced: number[] = external ? [] : [sender.leafIndex];
  for (const item of proposals) {
    if (!('proposal' in item) || !allowed.includes(item.proposal.proposalType))
      throw failure('commit_invalid');
    const { proposal } = item;
    if (external && proposal.proposalType === ProposalType.remove) replaced.push(proposal.removed);
  }
  for (const index of replaced) {
    const before = group.tree.leaf(index);
    if (before === undefined || !equalBytes(before.signatureKey, path.leafNode.signatureKey))
      throw failure('commit_invalid');
  }
}
