/** Joining without a Welcome (RFC 9420, section 12.4.3.2): an external commit, alone or in place of a former leaf. */
import { EMPTY } from '../bytes.ts';
import { hpkeSendExport } from '../crypto/hpke.ts';
import { check, fail } from '../errors.ts';
import { signFramedContent } from '../framing/sign.ts';
import { ExtensionType, readExtension } from '../messages/extension.ts';
import { externalPubCodec } from '../messages/external-pub.ts';
import { ContentType, type FramedContent, WireFormat } from '../messages/framed-content.ts';
import { decodeMessage, encodeMessage } from '../messages/mls-message.ts';
import type { PreSharedKeyId } from '../messages/pre-shared-key-id.ts';
import { type Proposal, ProposalType } from '../messages/proposal.ts';
import { applyProposals, authenticateLeaf, checkAgreement } from '../public/apply-proposals.ts';
import { groupFromInfo } from '../public/from-group-info.ts';
import { checkProposalList } from '../public/proposal-list.ts';
import type { PublicGroup } from '../public/public-group.ts';
import { nextContext, nextGroup, placeCommitter } from '../public/stage-commit.ts';
import { confirmationTag } from '../schedule/confirmation.ts';
import { deriveJoinerSecret, startEpoch } from '../schedule/key-schedule.ts';
import { confirmedTranscriptHash } from '../schedule/transcript.ts';
import type { Member } from '../tree/cells.ts';
import { updatePath } from './commit.ts';
import { firstEpoch } from './enter-epoch.ts';
import { cipherSuite, type Environment } from './environment.ts';
import type { Identity } from './key-package.ts';
import { newPath } from './new-path.ts';
import { pskSecretFor } from './psks.ts';
import { EXTERNAL_INIT } from './stage-received.ts';
import { type CommitSummary, summarizeCommit } from './staged-commit.ts';
import type { ActiveGroup, GroupState } from './state.ts';

export interface ExternalJoinOptions extends Identity {
  /** An encoded `MLSMessage` with the group information. */
  readonly groupInfo: Uint8Array;
  /** The ratchet tree, when the group information does not contain it. */
  readonly ratchetTree?: Uint8Array;
  /** Picks this client's own former leaf, which the commit then removes. */
  readonly isFormerLeaf?: (member: Member) => boolean;
  readonly psks?: readonly PreSharedKeyId[];
  /** The state before it was lost or closed, for its resumption secrets. */
  readonly former?: GroupState;
  readonly authenticatedData?: Uint8Array;
}

export interface ExternalJoin {
  /** A public message for the group. */
  readonly commit: Uint8Array;
  readonly staged: StagedJoin;
}

export interface StagedJoin extends CommitSummary {
  /** The own state once the commit is accepted: the first one, so that there is nothing to merge it with. */
  readonly state: ActiveGroup;
}

export async function joinByExternalCommit(
  env: Environment,
  options: ExternalJoinOptions,
): Promise<ExternalJoin> {
  const message = decodeMessage(options.groupInfo) ?? fail('malformed');
  const { groupInfo: info } =
    message.wireFormat === WireFormat.groupInfo ? message : fail('invalid-argument');
  const suite = cipherSuite(env, info.groupContext.cipherSuite);
  const group = await groupFromInfo(env, suite, info, options.ratchetTree);
  const external = readExtension(info.extensions, ExtensionType.externalPub, externalPubCodec);
  const { externalPub } = external ?? fail('external-pub-missing');
  check(suite.isSoundEncryptionKey(externalPub), 'weak-encryption-key');
  const random = env.random(suite.kem.encapsulationRandomLength);
  const init = await hpkeSendExport(suite, externalPub, EMPTY, EXTERNAL_INIT, suite.hashLength, random);

  const sender = { senderType: 'new_member_commit' } as const;
  const proposals = joinProposals(group, init.kemOutput, options);
  const list = proposals.map((proposal) => ({ proposal, sender, byReference: false }));
  checkProposalList(suite, group, list, 'joiner', false);
  const applied = await applyProposals(env, suite, group, list);
  const { tree: roomy, committer } = placeCommitter(group, applied, sender);
  const { leafIndex } = committer;
  const { groupId, epoch } = group.context;
  const path = await newPath(env, suite, roomy, leafIndex, group.context, options, new Set());
  const leaf = path.tree.leaf(leafIndex) ?? fail('own-leaf-missing');
  check(path.tree.signatureKeyCount(leaf.signatureKey) === 1, 'duplicate-signature-key');
  await authenticateLeaf(env, groupId, leaf, applied.removed[0]?.leaf);
  checkAgreement(path.tree, applied.extensions);
  const provisional = nextContext(suite, group, path.tree, applied);
  const update = await updatePath(env, suite, path.tree, leafIndex, path, provisional);

  const content: FramedContent = {
    groupId,
    epoch,
    sender,
    authenticatedData: options.authenticatedData ?? EMPTY,
    content: {
      contentType: ContentType.commit,
      commit: { proposals: proposals.map((proposal) => ({ proposal })), path: update },
    },
  };
  const wireFormat = WireFormat.publicMessage;
  const { privateKey } = options.signatureKeyPair;
  const signature = await signFramedContent(suite, privateKey, wireFormat, content, group.context);
  const unconfirmed = { wireFormat, content, auth: { signature, confirmationTag: undefined } };
  const confirmed = confirmedTranscriptHash(suite, group.interimTranscriptHash, unconfirmed);
  const context = { ...provisional, confirmedTranscriptHash: confirmed };
  const joinerSecret = deriveJoinerSecret(suite, init.secret, path.derived.commitSecret, context);
  const pskSecret = await pskSecretFor(env, suite, applied.psks, options.former);
  const start = startEpoch(suite, joinerSecret, pskSecret, context);
  const tag = confirmationTag(suite, start.confirmationKey, confirmed);
  const next = nextGroup(suite, provisional, path.tree, confirmed, tag, applied);
  const pathKeys = new Map([[2 * leafIndex, path.leafPrivateKey]]);
  for (const node of path.derived.nodes) pathKeys.set(node.node, node.privateKey);
  const own = { ownLeaf: leafIndex, signaturePrivateKey: privateKey, pathKeys };
  const summary = summarizeCommit(
    { committer, proposals: list, applied, path: update, group: next },
    content.authenticatedData,
  );
  const publicMessage = { content, auth: { signature, confirmationTag: tag }, membershipTag: undefined };
  return {
    commit: encodeMessage({ wireFormat, publicMessage }),
    staged: {
      ...summary,
      state: firstEpoch(next, start, own),
    },
  };
}

function joinProposals(
  group: PublicGroup,
  kemOutput: Uint8Array,
  { isFormerLeaf, psks = [] }: ExternalJoinOptions,
): readonly Proposal[] {
  const proposals: Proposal[] = [{ proposalType: ProposalType.externalInit, kemOutput }];
  const former = isFormerLeaf && [...group.tree.members()].find(isFormerLeaf);
  if (former !== undefined) {
    proposals.push({ proposalType: ProposalType.remove, removed: former.leafIndex });
  }
  for (const psk of psks) proposals.push({ proposalType: ProposalType.psk, psk });
  return proposals;
}
