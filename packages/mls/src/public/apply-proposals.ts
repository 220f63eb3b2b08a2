/** Applying the proposals of a commit to the tree and the extensions (RFC 9420, section 12.3). */
import { equalBytes } from '../bytes.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { check, fail } from '../errors.ts';
import {
  checkUniqueExtensions,
  type Extension,
  ExtensionType,
  readExtension,
} from '../messages/extension.ts';
import { externalSendersCodec } from '../messages/external-sender.ts';
import { type LeafNode, LeafNodeSource } from '../messages/leaf-node.ts';
import type { PreSharedKeyId } from '../messages/pre-shared-key-id.ts';
import { ProposalType, type ReInit, type Update } from '../messages/proposal.ts';
import type { Sender } from '../messages/sender.ts';
import type { Member } from '../tree/cells.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import { summarize } from '../tree/summary.ts';
import type { Presented } from './authentication.ts';
import type { PublicEnvironment } from './environment.ts';
import { demandsOf, type GroupDemands, meetsRequired } from './group-demands.ts';
import {
  checkCredentialKey,
  checkKeyPackage,
  checkLeafNode,
  leafSignatureClaim,
  type SignatureClaim,
} from './leaf-validation.ts';
import type { SentProposal } from './proposal-list.ts';
import type { PublicGroup } from './public-group.ts';

export interface AddedMember extends Member {
  readonly by: Sender;
}
export interface RemovedMember extends Member {
  readonly by: Sender;
}
export interface UpdatedMember {
  readonly leafIndex: number;
  readonly before: LeafNode;
  readonly after: LeafNode;
  readonly by: Sender;
}

/** What a list of proposals does. Signatures in `claims` are still to be verified. */
export interface AppliedProposals {
  readonly tree: RatchetTree;
  readonly extensions: readonly Extension[];
  readonly added: readonly AddedMember[];
  readonly removed: readonly RemovedMember[];
  readonly updated: readonly UpdatedMember[];
  readonly psks: readonly PreSharedKeyId[];
  readonly reinit: ReInit | undefined;
  /** The KEM output of an external init. */
  readonly externalInit: Uint8Array | undefined;
  readonly claims: readonly SignatureClaim[];
}

/** Asks the authentication service; throws `not-authorized`. */
export async function authenticateLeaf(
  env: PublicEnvironment,
  groupId: Uint8Array,
  leaf: LeafNode,
  previous: Presented | undefined,
): Promise<void> {
  const { credential, signatureKey } = leaf;
  const answer = env.authentication.authenticate({
    role: 'member',
    groupId,
    credential,
    signatureKey,
    previous: previous && { credential: previous.credential, signatureKey: previous.signatureKey },
    leaf,
  });
  check(await answer, 'not-authorized');
}

export async function applyProposals(
  env: PublicEnvironment,
  suite: PublicSuite,
  group: PublicGroup,
  list: readonly SentProposal[],
): Promise<AppliedProposals> {
  const extensions = await newExtensions(env, suite, group, list);
  const updated: UpdatedMember[] = [];
  const removed: RemovedMember[] = [];
  const newcomers: Omit<AddedMember, 'leafIndex'>[] = [];
  const psks: PreSharedKeyId[] = [];
  const claims: SignatureClaim[] = [];
  let reinit: ReInit | undefined;
  let externalInit: Uint8Array | undefined;
  let { tree } = group;

  const demands = demandsOf(extensions);
  for (const { proposal, sender } of list) {
    if (proposal.proposalType !== ProposalType.update) continue;
    const change = checkUpdate(suite, group, proposal, sender, demands);
    claims.push(leafSignatureClaim(change.after, { ...change, groupId: group.context.groupId }));
    tree = tree.update(change.leafIndex, change.after);
    updated.push(change);
  }
  for (const { proposal, sender } of list) {
    if (proposal.proposalType !== ProposalType.remove) continue;
    const leaf = group.tree.leaf(proposal.removed) ?? fail('remove-of-blank-leaf');
    removed.push({ leafIndex: proposal.removed, leaf, by: sender });
    tree = tree.remove(proposal.removed);
  }
  for (const { proposal, sender } of list) {
    if (proposal.proposalType !== ProposalType.add) continue;
    const { leafNode } = proposal.keyPackage;
    claims.push(...checkKeyPackage(env, suite, proposal.keyPackage, group.context, demands));
    check(tree.signatureKeyCount(leafNode.signatureKey) === 0, 'already-member');
    newcomers.push({ leaf: leafNode, by: sender });
  }
  const filled = tree.addAll(newcomers.map(({ leaf }) => leaf));
  tree = filled.tree;
  const added = filled.added.map((member, i) => ({
    ...member,
    by: newcomers[i]?.by ?? fail('tree-malformed'),
  }));
  for (const { proposal } of list) {
    if (proposal.proposalType === ProposalType.psk) psks.push(proposal.psk);
    if (proposal.proposalType === ProposalType.reinit) reinit = proposal;
    if (proposal.proposalType === ProposalType.externalInit) externalInit = proposal.kemOutput;
  }
  checkUniqueKeys(tree, [...updated.map(({ after }) => after), ...added.map(({ leaf }) => leaf)]);
  for (const { leaf } of added) await authenticateLeaf(env, group.context.groupId, leaf, undefined);
  for (const { before, after } of updated) await authenticateLeaf(env, group.context.groupId, after, before);
  return { tree, extensions, added, removed, updated, psks, reinit, externalInit, claims };
}

/** Section 12.1.2. */
function checkUpdate(
  suite: PublicSuite,
  group: PublicGroup,
  { leafNode }: Update,
  sender: Sender,
  demands: GroupDemands,
): UpdatedMember {
  if (sender.senderType !== 'member') return fail('proposal-type-not-allowed');
  const { leafIndex } = sender;
  const before = group.tree.leaf(leafIndex) ?? fail('proposal-type-not-allowed');
  check(leafNode.origin.leafNodeSource === LeafNodeSource.update, 'leaf-source');
  check(!equalBytes(before.encryptionKey, leafNode.encryptionKey), 'update-key-unchanged');
  checkLeafNode(suite, leafNode, demands);
  return { leafIndex, before, after: leafNode, by: sender };
}

/** Section 7.3: keys are unique among the members. */
function checkUniqueKeys(tree: RatchetTree, leaves: readonly LeafNode[]): void {
  for (const leaf of leaves) {
    check(tree.signatureKeyCount(leaf.signatureKey) === 1, 'duplicate-signature-key');
    check(tree.encryptionKeyCount(leaf.encryptionKey) === 1, 'duplicate-encryption-key');
  }
}

/** Sections 12.1.7 and 12.1.8.1. */
async function newExtensions(
  env: PublicEnvironment,
  suite: PublicSuite,
  group: PublicGroup,
  list: readonly SentProposal[],
): Promise<readonly Extension[]> {
  for (const { proposal } of list) {
    if (proposal.proposalType !== ProposalType.groupContextExtensions) continue;
    await checkGroupExtensions(env, suite, group.context.groupId, proposal.extensions);
    return proposal.extensions;
  }
  return group.context.extensions;
}

/** What can be said of the extensions of a group without its members. */
export async function checkGroupExtensions(
  env: PublicEnvironment,
  suite: PublicSuite,
  groupId: Uint8Array,
  extensions: readonly Extension[],
): Promise<void> {
  checkUniqueExtensions(extensions);
  demandsOf(extensions);
  const senders = readExtension(extensions, ExtensionType.externalSenders, externalSendersCodec) ?? [];
  for (const { credential, signatureKey } of senders) {
    check(suite.isSoundSignatureKey(signatureKey), 'external-senders-invalid');
    checkCredentialKey(credential, signatureKey);
    const answer = env.authentication.authenticate({
      role: 'external_sender',
      groupId,
      credential,
      signatureKey,
      previous: undefined,
      leaf: undefined,
    });
    check(await answer, 'not-authorized');
  }
}

/**
 * Sections 7.3 and 12.1.7, for the members that the new epoch has: each credential type in use is
 * supported by all, and so is what the group's extensions are and require.
 */
export function checkAgreement(tree: RatchetTree, extensions: readonly Extension[]): void {
  const summary = summarize(tree) ?? fail('tree-malformed');
  check(summary.credentialsInUse.isSubsetOf(summary.credentials), 'leaf-credential-unsupported-by-member');
  const demands = demandsOf(extensions);
  check(meetsRequired(demands, summary), 'required-capabilities-unsupported');
  check(demands.inUse.isSubsetOf(summary.extensions), 'group-extension-unsupported');
}
