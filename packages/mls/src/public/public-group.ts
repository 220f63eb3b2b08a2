/** What is public of a group in one epoch. Whoever follows the handshake messages holds the same. */
import type { GroupContext } from '../messages/group-context.ts';
import type { Proposal, ReInit } from '../messages/proposal.ts';
import type { Sender } from '../messages/sender.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';

/** A proposal of this epoch that a commit may refer to. */
export interface StoredProposal {
  readonly reference: Uint8Array;
  readonly proposal: Proposal;
  readonly sender: Sender;
}

export interface PublicGroup {
  readonly context: GroupContext;
  readonly tree: RatchetTree;
  readonly interimTranscriptHash: Uint8Array;
  readonly confirmationTag: Uint8Array;
  readonly proposals: readonly StoredProposal[];
  /** Set once a reinitialisation was committed: nothing more happens in this group. */
  readonly reinit: ReInit | undefined;
}
