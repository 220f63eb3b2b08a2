/** Processing whatever arrives for a group (RFC 9420, sections 6, 12.4.2 and 15). */
import { equalBytes } from '../bytes.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { check, fail } from '../errors.ts';
import { checkMembershipTag } from '../framing/membership-tag.ts';
import { openPrivate, openSenderData } from '../framing/private.ts';
import { verifyFramedContent } from '../framing/verify.ts';
import type { AuthenticatedContent } from '../messages/authenticated-content.ts';
import type { Credential } from '../messages/credential.ts';
import { ContentType, WireFormat } from '../messages/framed-content.ts';
import { decodeMessage } from '../messages/mls-message.ts';
import type { PrivateMessage } from '../messages/private-message.ts';
import type { PublicMessage } from '../messages/public-message.ts';
import type { StoredProposal } from '../public/public-group.ts';
import { checkAddressed } from '../public/stage-commit.ts';
import { stageProposal, storeProposal } from '../public/stage-proposal.ts';
import { withoutHandshake } from '../secrets/secret-tree.ts';
import { cipherSuite, type Environment, retentionOf } from './environment.ts';
import { active } from './frame.ts';
import { stageReceivedCommit } from './stage-received.ts';
import type { StagedCommit } from './staged-commit.ts';
import type { ActiveGroup, GroupState, PastEpoch } from './state.ts';

export interface ReceivedApplication {
  readonly kind: 'application';
  /** Store this before showing the message: it no longer holds the key that opened it. */
  readonly state: GroupState;
  readonly data: Uint8Array;
  readonly authenticatedData: Uint8Array;
  readonly sender: {
    readonly leafIndex: number;
    readonly credential: Credential;
    readonly signatureKey: Uint8Array;
  };
  readonly epoch: bigint;
  readonly generation: number;
}

export interface ReceivedProposal {
  readonly kind: 'proposal';
  readonly state: GroupState;
  readonly stored: StoredProposal;
  readonly authenticatedData: Uint8Array;
}

export interface ReceivedCommit {
  readonly kind: 'commit';
  /** The present epoch still, without the key of the message. Goes on until the commit is merged, if it is. */
  readonly state: ActiveGroup;
  /** Checked in full; `mergeCommit` enters the next epoch. */
  readonly staged: StagedCommit;
}

export type Received = ReceivedApplication | ReceivedProposal | ReceivedCommit;

/** Processes an encoded `MLSMessage`. Throws an `MlsError` and changes nothing when it is not acceptable. */
export async function processMessage(
  env: Environment,
  state: GroupState,
  bytes: Uint8Array,
): Promise<Received> {
  const message = decodeMessage(bytes) ?? fail('malformed');
  const suite = cipherSuite(env, state.group.context.cipherSuite);
  if (message.wireFormat === WireFormat.publicMessage) {
    return processPublic(env, suite, active(state), message.publicMessage);
  }
  if (message.wireFormat === WireFormat.privateMessage) {
    return processPrivate(env, suite, state, message.privateMessage);
  }
  return fail('invalid-argument');
}

async function processPublic(
  env: Environment,
  suite: CipherSuite,
  state: ActiveGroup,
  message: PublicMessage,
): Promise<Received> {
  const { content, auth } = message;
  check(content.content.contentType !== ContentType.application, 'application-not-private');
  checkAddressed(state.group, content.groupId, content.epoch);
  checkMembershipTag(suite, state.secrets.membershipKey, message, state.group.context);
  return processHandshake(env, suite, state, { wireFormat: WireFormat.publicMessage, content, auth });
}

async function processHandshake(
  env: Environment,
  suite: CipherSuite,
  state: ActiveGroup,
  message: AuthenticatedContent,
): Promise<Received> {
  const { sender, content, authenticatedData } = message.content;
  if (content.contentType === ContentType.proposal) {
    const stored = await stageProposal(env, suite, state.group, message);
    const group = storeProposal(state.group, stored);
    return { kind: 'proposal', state: { ...state, group }, stored, authenticatedData };
  }
  if (content.contentType !== ContentType.commit) return fail('application-not-private');
  const isOwn = sender.senderType === 'member' && sender.leafIndex === state.ownLeaf;
  check(!isOwn, 'pending-own-commit');
  const staged = await stageReceivedCommit(env, suite, state, message);
  return { kind: 'commit', state, staged };
}

async function processPrivate(
  env: Environment,
  suite: CipherSuite,
  state: GroupState,
  message: PrivateMessage,
): Promise<Received> {
  check(equalBytes(state.group.context.groupId, message.groupId), 'wrong-group');
  if (message.contentType !== ContentType.application) {
    const own = active(state);
    checkAddressed(own.group, message.groupId, message.epoch);
    const { opened } = await open(env, suite, currentEpoch(own), own.ownLeaf, message);
    const advanced = { ...own, secretTree: opened.secretTree };
    return processHandshake(env, suite, advanced, {
      wireFormat: WireFormat.privateMessage,
      content: opened.content,
      auth: opened.auth,
    });
  }
  return processApplication(env, suite, state, message);
}

function currentEpoch({ group, secrets, secretTree }: ActiveGroup): PastEpoch {
  const { context, tree } = group;
  return { context, tree, senderDataSecret: secrets.senderDataSecret, secretTree };
}

async function processApplication(
  env: Environment,
  suite: CipherSuite,
  state: GroupState,
  message: PrivateMessage,
): Promise<ReceivedApplication> {
  const { epoch: present } = state.group.context;
  const isPresent = state.status === 'active' && message.epoch === present;
  const epoch = isPresent ? currentEpoch(state) : pastEpoch(state, message.epoch);
  const { opened, generation, leafIndex } = await open(env, suite, epoch, state.ownLeaf, message);
  const leaf = epoch.tree.leaf(leafIndex) ?? fail('unknown-sender');
  const authenticated = {
    wireFormat: WireFormat.privateMessage,
    content: opened.content,
    auth: opened.auth,
  };
  await verifyFramedContent(suite, leaf.signatureKey, authenticated, epoch.context);
  const { content } = opened.content;
  if (content.contentType !== ContentType.application) return fail('malformed');
  const next = isPresent
    ? { ...state, secretTree: opened.secretTree }
    : replaceEpoch(state, { ...epoch, secretTree: withoutHandshake(suite, opened.secretTree, leafIndex) });
  return {
    kind: 'application',
    state: next,
    data: content.applicationData,
    authenticatedData: message.authenticatedData,
    sender: { leafIndex, credential: leaf.credential, signatureKey: leaf.signatureKey },
    epoch: message.epoch,
    generation,
  };
}

function pastEpoch(state: GroupState, epoch: bigint): PastEpoch {
  const past = state.pastEpochs.find(({ context }) => context.epoch === epoch);
  if (past !== undefined) return past;
  return fail(epoch < state.group.context.epoch ? 'epoch-forgotten' : 'wrong-epoch');
}

function replaceEpoch(state: GroupState, changed: PastEpoch): GroupState {
  const { epoch } = changed.context;
  const pastEpochs = state.pastEpochs.map((past) => (past.context.epoch === epoch ? changed : past));
  return { ...state, pastEpochs };
}

interface Opened {
  readonly opened: Awaited<ReturnType<typeof openPrivate>>;
  readonly leafIndex: number;
  readonly generation: number;
}

async function open(
  env: Environment,
  suite: CipherSuite,
  epoch: PastEpoch,
  ownLeaf: number,
  message: PrivateMessage,
): Promise<Opened> {
  const senderData = await openSenderData(suite, epoch.senderDataSecret, message);
  const { leafIndex, generation } = senderData;
  check(leafIndex !== ownLeaf, 'own-message');
  check(epoch.tree.leaf(leafIndex) !== undefined, 'unknown-sender');
  const opened = await openPrivate(suite, epoch.secretTree, message, senderData, retentionOf(env));
  return { opened, leafIndex, generation };
}
