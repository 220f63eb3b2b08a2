/** Proposals by reference (RFC 9420, section 12.1). */
import { EMPTY } from '../bytes.ts';
import { check, fail } from '../errors.ts';
import { proposalRef } from '../messages/authenticated-content.ts';
import { ContentType } from '../messages/framed-content.ts';
import { LeafNodeSource } from '../messages/leaf-node.ts';
import { type Proposal, ProposalType } from '../messages/proposal.ts';
import { stageProposal, storeProposal } from '../public/stage-proposal.ts';
import { cipherSuite, type Environment } from './environment.ts';
import { active, frame, type HandshakeFormat, memberContent, signAsMember, wireFormatOf } from './frame.ts';
import { type Identity, signLeaf, unsignedLeaf } from './key-package.ts';
import type { ActiveGroup, GroupState, PendingUpdate } from './state.ts';

export interface ProposeOptions {
  readonly format?: HandshakeFormat;
  readonly authenticatedData?: Uint8Array;
}

export interface SentProposalMessage {
  readonly bytes: Uint8Array;
  readonly reference: Uint8Array;
  /** Knows the proposal, so that a commit may refer to it. */
  readonly state: ActiveGroup;
}

export async function createProposal(
  env: Environment,
  state: GroupState,
  proposal: Proposal,
  options: ProposeOptions = {},
): Promise<SentProposalMessage> {
  check(proposal.proposalType !== ProposalType.update, 'invalid-argument');
  return send(env, active(state), proposal, options);
}

/** Proposes a new leaf for this client: a fresh encryption key, and whatever of `identity` is new. */
export async function proposeUpdate(
  env: Environment,
  state: GroupState,
  identity: Partial<Identity> = {},
  options: ProposeOptions = {},
): Promise<SentProposalMessage> {
  const own = active(state);
  const suite = cipherSuite(env, own.group.context.cipherSuite);
  const encryption = await suite.kem.deriveKeyPair(env.random(suite.kem.seedLength));
  const unsigned = unsignedLeaf(env, ownIdentity(own, identity), encryption.publicKey, {
    leafNodeSource: LeafNodeSource.update,
  });
  const signaturePrivateKey = identity.signatureKeyPair?.privateKey ?? own.signaturePrivateKey;
  const place = { groupId: own.group.context.groupId, leafIndex: own.ownLeaf };
  const leafNode = await signLeaf(suite, signaturePrivateKey, unsigned, place);
  const proposal = { proposalType: ProposalType.update, leafNode } as const;
  const sent = await send(env, own, proposal, options);
  const pending: PendingUpdate = {
    reference: sent.reference,
    encryptionPrivateKey: encryption.privateKey,
    signaturePrivateKey,
  };
  return { ...sent, state: { ...sent.state, pendingUpdates: [...own.pendingUpdates, pending] } };
}

/** What this client says of itself at present, with changes. */
export function ownIdentity(state: ActiveGroup, changes: Partial<Identity>): Identity {
  const leaf = state.group.tree.leaf(state.ownLeaf) ?? fail('own-leaf-missing');
  return {
    credential: changes.credential ?? leaf.credential,
    capabilities: changes.capabilities ?? leaf.capabilities,
    leafExtensions: changes.leafExtensions ?? leaf.extensions,
    signatureKeyPair: changes.signatureKeyPair ?? {
      publicKey: leaf.signatureKey,
      privateKey: state.signaturePrivateKey,
    },
  };
}

async function send(
  env: Environment,
  state: ActiveGroup,
  proposal: Proposal,
  { format = 'public', authenticatedData = EMPTY }: ProposeOptions,
): Promise<SentProposalMessage> {
  const suite = cipherSuite(env, state.group.context.cipherSuite);
  const wireFormat = wireFormatOf(format);
  const content = memberContent(state, { contentType: ContentType.proposal, proposal }, authenticatedData);
  const signature = await signAsMember(suite, state, wireFormat, content);
  const message = { wireFormat, content, auth: { signature, confirmationTag: undefined } };
  const stored = await stageProposal(env, suite, state.group, message);
  const framed = await frame(env, suite, state, message, 0);
  return {
    bytes: framed.bytes,
    reference: proposalRef(suite, message),
    state: { ...framed.state, group: storeProposal(framed.state.group, stored) },
  };
}
