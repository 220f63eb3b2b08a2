/**
 * Making a commit, and following another's (RFC 9420 section 12.4). What ts-mls does not check is checked here: which
 * proposals a commit may hold, who an external joiner may replace, what became of each leaf, that keys are unique.
 */
import { type Bytes, equalBytes } from '@sotto/crypto';
import type {
  ClientState,
  Commit,
  FramedContentCommitData,
  FramedContentData,
  Proposal,
  PublicMessage,
  RatchetTree,
} from 'ts-mls';
import { applyProposals } from 'ts-mls/clientState.js';
import { createCommit, createGroupInfoWithExternalPubAndRatchetTree } from 'ts-mls/createCommit.js';
import { unprotectPublicMessage } from 'ts-mls/messageProtectionPublic.js';
import { processPublicMessage } from 'ts-mls/processMessages.js';
import { emptyPskIndex } from 'ts-mls/pskIndex.js';
import { addLeafNode } from 'ts-mls/ratchetTree.js';
import { toLeafIndex } from 'ts-mls/treemath.js';
import type { Authenticate, CommitRequest, CommitResult, Leaf, ReceivedCommit } from './mls-engine.ts';
import { failingAs, failure } from './mls-failure.ts';
import { encodeGroup, GroupHandle, placeOf } from './mls-group.ts';
import { readKeyPackage } from './mls-key-package.ts';
import { authenticateAll, type Change, changeOf, hasUniqueKeys, leafAt, leavesOf } from './mls-tree.ts';
import { writeMessage } from './mls-wire.ts';
import type { Suite } from './suite.ts';

export async function makeCommit(
  handle: GroupHandle,
  { add = [], remove = [], authenticate }: CommitRequest,
  suite: Suite,
): Promise<CommitResult> {
  const { state } = handle;
  const extraProposals: Proposal[] = remove.map((removed) => ({
    proposalType: 'remove',
    remove: { removed },
  }));
  for (const bytes of add) {
    const keyPackage = await readKeyPackage(bytes, suite);
    if (keyPackage === undefined) throw failure('key_package_invalid');
    extraProposals.push({ proposalType: 'add', add: { keyPackage } });
  }
  const made = await failingAs('commit_invalid', () =>
    createCommit(
      { state, cipherSuite: suite, pskIndex: emptyPskIndex },
      { extraProposals, wireAsPublicMessage: true, ratchetTreeExtension: true },
    ),
  );
  if (made.commit.wireformat !== 'mls_public_message') throw failure('commit_invalid');
  const change = await checkChange(state, made.newState.ratchetTree, remove, authenticate);
  if (change.removed.length > 0 && leavesOf(made.newState.ratchetTree).length === 1)
    throw failure('commit_invalid');
  return {
    commit: writeMessage(made.commit),
    welcome:
      made.welcome === undefined ? null : writeMessage({ wireformat: 'mls_welcome', welcome: made.welcome }),
    groupInfo: await groupInfoOf(made.newState, suite),
    pending: encodeGroup(new GroupHandle(made.newState)),
  };
}

/** For those who will join by an external commit. */
export async function groupInfoOf(state: ClientState, suite: Suite): Promise<Bytes> {
  const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(state, [], suite);
  return writeMessage({ wireformat: 'mls_group_info', groupInfo });
}

export async function followCommit(
  handle: GroupHandle,
  message: PublicMessage,
  authenticate: Authenticate,
  suite: Suite,
): Promise<ReceivedCommit> {
  const { state } = handle;
  checkEpoch(handle, message.content.epoch);
  const { content } = await failingAs('commit_invalid', () =>
    unprotectPublicMessage(
      state.keySchedule.membershipKey,
      state.groupContext,
      state.ratchetTree,
      message,
      suite,
    ),
  );
  if (content.contentType !== 'commit') throw failure('commit_invalid');
  const { sender } = content;
  if (sender.senderType === 'member' && sender.leafIndex === handle.ownLeaf) throw failure('message_own');
  const external = sender.senderType === 'new_member_commit';
  if (!external && sender.senderType !== 'member') throw failure('commit_invalid');
  const removed = await failingAs('commit_invalid', () => checkProposals(state, content.commit, external));

  const selfRemoved = removed.includes(handle.ownLeaf);
  const { newState, tree } = await failingAs('commit_invalid', () =>
    selfRemoved ? leave(state, content, suite) : enter(state, message, suite),
  );
  const change = await checkChange(state, tree, removed, authenticate);
  const by = external ? change.added[0] : leafAt(state.ratchetTree, sender.leafIndex);
  if (by === undefined) throw failure('commit_invalid');
  return {
    kind: 'commit',
    by,
    external,
    added: change.added,
    removed: change.removed,
    selfRemoved,
    epoch: handle.epoch + 1,
    merge() {
      handle.spend();
      handle.state.keySchedule.initSecret.fill(0);
      return new GroupHandle(newState);
    },
  };
}

interface Followed {
  readonly newState: ClientState;
  /** The tree of the new epoch. */
  readonly tree: RatchetTree;
}

async function enter(state: ClientState, message: PublicMessage, suite: Suite): Promise<Followed> {
  const { newState } = await processPublicMessage(state, message, emptyPskIndex, suite);
  return { newState, tree: newState.ratchetTree };
}

/**
 * What a removed device can follow: the proposals, but not the path. ts-mls takes a device for a member still where an
 * added one got its place in the tree. The own view stays that of the last epoch, to read what was said in it.
 */
async function leave(state: ClientState, { sender, commit }: Committed, suite: Suite): Promise<Followed> {
  const { proposals, path } = commit;
  if (path === undefined) throw failure('commit_invalid');
  const from = sender.senderType === 'member' ? toLeafIndex(sender.leafIndex) : undefined;
  const { tree } = await applyProposals(state, proposals, from, emptyPskIndex, false, suite);
  return {
    newState: { ...state, groupActiveState: { kind: 'removedFromGroup' } },
    tree: from === undefined ? addLeafNode(tree, path.leafNode)[0] : tree,
  };
}

type Committed = FramedContentData & FramedContentCommitData;

function checkEpoch(handle: GroupHandle, epoch: bigint): void {
  if (epoch < handle.state.groupContext.epoch) throw failure('commit_stale');
  if (epoch > handle.state.groupContext.epoch) throw failure('message_of_future');
}

/**
 * Members add and remove; who joins from outside brings one init and may remove one leaf, its own former one, which
 * has the same signature key. Everything else ts-mls would skip (types that it does not know), do wrongly (group
 * context extensions) or let wait (references).
 * @returns the leaves that it removes
 */
function checkProposals(state: ClientState, { proposals, path }: Commit, external: boolean): number[] {
  const removed: number[] = [];
  let inits = 0;
  for (const item of proposals) {
    if (item.proposalOrRefType !== 'proposal') throw failure('commit_invalid');
    const { proposal } = item;
    if (isOf('remove', proposal)) removed.push(proposal.remove.removed);
    else if (isOf('external_init', proposal)) inits += 1;
    else if (!isOf('add', proposal) || external) throw failure('commit_invalid');
  }
  if (inits !== (external ? 1 : 0)) throw failure('commit_invalid');
  const before = removed.map((index) => leafAt(state.ratchetTree, index));
  if (before.includes(undefined) || new Set(removed).size !== removed.length) throw failure('commit_invalid');
  if (external) checkReplaced(before, path?.leafNode.signaturePublicKey);
  return removed;
}

function checkReplaced(removed: readonly (Leaf | undefined)[], signatureKey: Uint8Array | undefined): void {
  const own = removed.every(
    (leaf) => leaf !== undefined && signatureKey !== undefined && equalBytes(leaf.signatureKey, signatureKey),
  );
  if (removed.length > 1 || !own) throw failure('commit_invalid');
}

function isOf<T extends Extract<Proposal, { proposalType: string }>['proposalType']>(
  type: T,
  proposal: Proposal,
): proposal is Extract<Proposal, { proposalType: T }> {
  return proposal.proposalType === type;
}

/** Compares the trees, and asks the caller about each new leaf. */
async function checkChange(
  before: ClientState,
  after: RatchetTree,
  removed: readonly number[],
  authenticate: Authenticate,
): Promise<Change> {
  const place = placeOf(before.groupContext);
  if (place === undefined) throw failure('group_state_invalid');
  const change = await failingAs('commit_invalid', () => {
    if (!hasUniqueKeys(after)) throw failure('commit_invalid');
    return changeOf(before.ratchetTree, after, removed);
  });
  await authenticateAll(change.added, place, authenticate);
  return change;
}

/** Enters the epoch of an own commit; see {@link MlsEngine.adopt}. */
export function adoptPending(handle: GroupHandle, pending: GroupHandle): GroupHandle {
  const follows = pending.epoch === handle.epoch + 1 && equalBytes(pending.groupId, handle.groupId);
  if (!follows) throw failure('commit_stale');
  handle.spend();
  const { state } = handle;
  const historicalReceiverData = new Map(pending.state.historicalReceiverData);
  for (const [epoch, former] of state.historicalReceiverData) {
    if (historicalReceiverData.has(epoch)) historicalReceiverData.set(epoch, former);
  }
  const epoch = state.groupContext.epoch;
  const snapshot = historicalReceiverData.get(epoch);
  if (snapshot !== undefined)
    historicalReceiverData.set(epoch, { ...snapshot, secretTree: state.secretTree });
  state.keySchedule.initSecret.fill(0);
  return new GroupHandle({ ...pending.state, historicalReceiverData });
}
