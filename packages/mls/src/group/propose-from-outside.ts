/** Proposals of those who are not members (RFC 9420, sections 12.1.8 and 12.1.1): external senders, and newcomers. */
import { EMPTY, equalBytes } from '../bytes.ts';
import type { KeyPair } from '../crypto/provider.ts';
import { fail } from '../errors.ts';
import { signFramedContent } from '../framing/sign.ts';
import { ExtensionType, readExtension } from '../messages/extension.ts';
import { externalSendersCodec } from '../messages/external-sender.ts';
import { ContentType, WireFormat } from '../messages/framed-content.ts';
import { encodeMessage } from '../messages/mls-message.ts';
import { type Proposal, ProposalType } from '../messages/proposal.ts';
import type { Sender } from '../messages/sender.ts';
import type { PublicGroup } from '../public/public-group.ts';
import { stageProposal } from '../public/stage-proposal.ts';
import { cipherSuite, type Environment } from './environment.ts';

export interface OutsideProposal {
  readonly proposal: Proposal;
  /** That of the own key package in `proposal`, or the one that the group lists as an external sender's. */
  readonly signatureKeyPair: KeyPair;
  readonly authenticatedData?: Uint8Array;
}

export interface SentOutsideProposal {
  /** A public message for the group. */
  readonly bytes: Uint8Array;
  readonly reference: Uint8Array;
}

/**
 * Proposes to `group`, followed from its group information: the own addition as a newcomer, anything else as an
 * external sender. Throws `external-sender-unknown` for who is neither, and whatever members would refuse it with.
 */
export async function proposeFromOutside(
  env: Environment,
  group: PublicGroup,
  { proposal, signatureKeyPair, authenticatedData = EMPTY }: OutsideProposal,
): Promise<SentOutsideProposal> {
  const { context } = group;
  const suite = cipherSuite(env, context.cipherSuite);
  const content = {
    groupId: context.groupId,
    epoch: context.epoch,
    sender: senderOf(group, proposal, signatureKeyPair.publicKey),
    authenticatedData,
    content: { contentType: ContentType.proposal, proposal },
  } as const;
  const wireFormat = WireFormat.publicMessage;
  const signature = await signFramedContent(suite, signatureKeyPair.privateKey, wireFormat, content, context);
  const auth = { signature, confirmationTag: undefined };
  const { reference } = await stageProposal(env, suite, group, { wireFormat, content, auth });
  const publicMessage = { content, auth, membershipTag: undefined };
  return { bytes: encodeMessage({ wireFormat, publicMessage }), reference };
}

function senderOf({ context }: PublicGroup, proposal: Proposal, publicKey: Uint8Array): Sender {
  const isOwnAddition =
    proposal.proposalType === ProposalType.add &&
    equalBytes(proposal.keyPackage.leafNode.signatureKey, publicKey);
  if (isOwnAddition) return { senderType: 'new_member_proposal' };
  const { extensions } = context;
  const listed = readExtension(extensions, ExtensionType.externalSenders, externalSendersCodec) ?? [];
  const senderIndex = listed.findIndex(({ signatureKey }) => equalBytes(signatureKey, publicKey));
  return senderIndex === -1 ? fail('external-sender-unknown') : { senderType: 'external', senderIndex };
}
