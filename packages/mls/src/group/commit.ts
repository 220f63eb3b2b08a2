/** Creating a commit (RFC 9420, section 12.4.1). */
import { EMPTY } from '../bytes.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { check, fail, MlsError } from '../errors.ts';
import type { ProposalOrRef } from '../messages/commit.ts';
import { ContentType } from '../messages/framed-content.ts';
import type { GroupContext } from '../messages/group-context.ts';
import { type Proposal, ProposalType } from '../messages/proposal.ts';
import type { UpdatePath } from '../messages/update-path.ts';
import {
  type AppliedProposals,
  applyProposals,
  authenticateLeaf,
  checkAgreement,
} from '../public/apply-proposals.ts';
import { verifyClaims } from '../public/leaf-validation.ts';
import { checkProposalList, needsPath, type SentProposal, storedFinder } from '../public/proposal-list.ts';
import type { StoredProposal } from '../public/public-group.ts';
import { nextContext, nextGroup } from '../public/stage-commit.ts';
import { confirmationTag } from '../schedule/confirmation.ts';
import { deriveJoinerSecret, startEpoch } from '../schedule/key-schedule.ts';
import { confirmedTranscriptHash } from '../schedule/transcript.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import { nextEpoch } from './enter-epoch.ts';
import { cipherSuite, type Environment } from './environment.ts';
import { active, frame, type HandshakeFormat, memberContent, signAsMember, wireFormatOf } from './frame.ts';
import { type GroupInfoOptions, signGroupInfo } from './group-info.ts';
import { type Identity, unsignedLeaf } from './key-package.ts';
import { type NewPath, newPath } from './new-path.ts';
import { nextPathKeys } from './path-keys.ts';
import { sealPath } from './path-secrets.ts';
import { ownIdentity } from './propose.ts';
import { pskSecretFor } from './psks.ts';
import { selectStored } from './select-proposals.ts';
import { type StagedOwnCommit, summarizeCommit } from './staged-commit.ts';
import type { ActiveGroup, GroupState } from './state.ts';
import { makeWelcome, type Newcomer } from './welcome.ts';

export interface CommitOptions {
  /** Proposals by value. */
  readonly proposals?: readonly Proposal[];
  /**
   * Which proposals of this epoch are committed by reference, in this order; one that breaks a rule makes the commit
   * fail. Without it, all that can be committed together, and the others are left out.
   */
  readonly references?: readonly Uint8Array[];
  /** A path although the proposals do not demand one: renews the own keys. */
  readonly forcePath?: boolean;
  /** Changes of the own leaf: credential, signature key pair, capabilities, extensions. Forces a path. */
  readonly identity?: Partial<Identity>;
  readonly format?: HandshakeFormat;
  readonly authenticatedData?: Uint8Array;
  /** What the Welcome's group information contains. */
  readonly welcomeInfo?: GroupInfoOptions;
  /** The first commit of a branched or reinitialised group, in epoch 0: allows the pre-shared keys of section 11. */
  readonly initial?: boolean;
}

export interface CreatedCommit {
  readonly commit: Uint8Array;
  /** For those whom the commit adds. */
  readonly welcome: Uint8Array | undefined;
  /** The present epoch: keep it until the commit is accepted. */
  readonly state: ActiveGroup;
  /** The next epoch: `mergeCommit` enters it, from the newest state, once the commit is accepted. */
  readonly staged: StagedOwnCommit;
}

interface Prepared {
  readonly list: readonly SentProposal[];
  readonly entries: readonly ProposalOrRef[];
  readonly applied: AppliedProposals;
  readonly path: NewPath | undefined;
  readonly tree: RatchetTree;
  readonly identity: Identity;
  /** The signatures of what is proposed: verified while the rest is made, awaited before anything leaves. */
  readonly verified: Promise<void>;
}

export async function createCommit(
  env: Environment,
  state: GroupState,
  options: CommitOptions = {},
): Promise<CreatedCommit> {
  const own = active(state);
  check(own.group.reinit === undefined, 'reinit-pending');
  check(options.initial !== true || own.group.context.epoch === 0n, 'invalid-argument');
  const suite = cipherSuite(env, own.group.context.cipherSuite);
  const prepared = await prepare(env, suite, own, options);
  const { applied, path, tree, entries, list } = prepared;
  const provisional = nextContext(suite, own.group, tree, applied);
  const update = path && (await updatePath(env, suite, tree, own.ownLeaf, path, provisional));

  const wireFormat = wireFormatOf(options.format ?? 'public');
  const body = { contentType: ContentType.commit, commit: { proposals: entries, path: update } } as const;
  const content = memberContent(own, body, options.authenticatedData ?? EMPTY);
  const signature = await signAsMember(suite, own, wireFormat, content);
  const unconfirmed = { wireFormat, content, auth: { signature, confirmationTag: undefined } };
  const confirmed = confirmedTranscriptHash(suite, own.group.interimTranscriptHash, unconfirmed);
  const context: GroupContext = { ...provisional, confirmedTranscriptHash: confirmed };

  const commitSecret = path?.derived.commitSecret ?? new Uint8Array(suite.hashLength);
  const joinerSecret = deriveJoinerSecret(suite, own.secrets.initSecret, commitSecret, context);
  const pskSecret = await pskSecretFor(env, suite, applied.psks, own);
  const start = startEpoch(suite, joinerSecret, pskSecret, context);
  const tag = confirmationTag(suite, start.confirmationKey, confirmed);
  const group = nextGroup(suite, provisional, tree, confirmed, tag, applied);
  const next = nextEpoch(own.group, group, start, {
    ownLeaf: own.ownLeaf,
    signaturePrivateKey: prepared.identity.signatureKeyPair.privateKey,
    pathKeys: keysAfter(own, tree, path),
  });

  const auth = { signature, confirmationTag: tag };
  const framed = await frame(env, suite, own, { wireFormat, content, auth }, 0);
  const newcomers = newcomersOf(list, applied);
  const welcome =
    newcomers.length === 0
      ? undefined
      : await makeWelcome(
          suite,
          {
            newcomers,
            committer: own.ownLeaf,
            path: path?.derived,
            joinerSecret,
            pskSecret,
            psks: applied.psks,
            groupInfo: await signGroupInfo(suite, next, options.welcomeInfo ?? {}),
          },
          env.random,
        );
  await prepared.verified;
  const committer = {
    sender: content.sender,
    leafIndex: own.ownLeaf,
    before: own.group.tree.leaf(own.ownLeaf),
  };
  const summary = summarizeCommit(
    { committer, proposals: list, applied, path: update, group },
    content.authenticatedData,
  );
  return {
    commit: framed.bytes,
    welcome,
    state: framed.state,
    staged: { ...summary, selfRemoved: false, next },
  };
}

/** Collects and applies the proposals, and makes the path. */
async function prepare(
  env: Environment,
  suite: CipherSuite,
  own: ActiveGroup,
  options: CommitOptions,
): Promise<Prepared> {
  const sender = { senderType: 'member', leafIndex: own.ownLeaf } as const;
  const byValue = (options.proposals ?? []).map((proposal) => ({ proposal, sender, byReference: false }));
  const identity = ownIdentity(own, options.identity ?? {});
  const listWith = (chosen: readonly StoredProposal[]): readonly SentProposal[] => [
    ...chosen.map((entry) => ({ ...entry, byReference: true })),
    ...byValue,
  ];
  const { proposals } = own.group;
  const stored = options.references
    ? options.references.map(storedFinder(proposals))
    : await selectStored(proposals, (chosen) => canBeCommitted(env, suite, own, listWith(chosen), identity));
  const list = listWith(stored);
  const entries = [
    ...stored.map(({ reference }) => ({ reference })),
    ...byValue.map(({ proposal }) => ({ proposal })),
  ];
  checkProposalList(suite, own.group, list, own.ownLeaf, options.initial ?? false);
  const applied = await applyProposals(env, suite, own.group, list);
  const verified = verifyClaims(suite, applied.claims);
  // Awaited by the caller; until then a failure must not count as unhandled.
  verified.catch(() => undefined);
  const wanted = options.forcePath === true || options.identity !== undefined;
  if (!wanted && !needsPath(list.map(({ proposal }) => proposal))) {
    checkAgreement(applied.tree, applied.extensions);
    return { list, entries, applied, path: undefined, tree: applied.tree, identity, verified };
  }
  const added = new Set(applied.added.map(({ leafIndex }) => leafIndex));
  const { groupId } = own.group.context;
  const begun = { groupId, extensions: applied.extensions };
  const path = await newPath(env, suite, applied.tree, own.ownLeaf, begun, identity, added);
  const leaf = path.tree.leaf(own.ownLeaf);
  if (leaf !== undefined) {
    check(path.tree.signatureKeyCount(leaf.signatureKey) === 1, 'duplicate-signature-key');
    await authenticateLeaf(env, groupId, leaf, own.group.tree.leaf(own.ownLeaf));
  }
  checkAgreement(path.tree, applied.extensions);
  return { list, entries, applied, path, tree: path.tree, identity, verified };
}

/** Whether a commit of `list` keeps the rules. Signatures were verified when the proposals came. */
async function canBeCommitted(
  env: Environment,
  suite: CipherSuite,
  own: ActiveGroup,
  list: readonly SentProposal[],
  identity: Identity,
): Promise<boolean> {
  const leaf = own.group.tree.leaf(own.ownLeaf) ?? fail('own-leaf-missing');
  try {
    checkProposalList(suite, own.group, list, own.ownLeaf, false);
    const { tree, extensions, psks } = await applyProposals(env, suite, own.group, list);
    await pskSecretFor(env, suite, psks, own);
    const changed = unsignedLeaf(env, identity, leaf.encryptionKey, leaf.origin);
    const after = tree.update(own.ownLeaf, { ...changed, signature: leaf.signature });
    check(after.signatureKeyCount(changed.signatureKey) === 1, 'duplicate-signature-key');
    checkAgreement(after, extensions);
    return true;
  } catch (error) {
    if (error instanceof MlsError) return false;
    throw error;
  }
}

/** The `UpdatePath` on the wire. */
export async function updatePath(
  env: Environment,
  suite: CipherSuite,
  tree: RatchetTree,
  leafIndex: number,
  path: NewPath,
  provisional: GroupContext,
): Promise<UpdatePath | undefined> {
  const leafNode = tree.leaf(leafIndex);
  return (
    leafNode && { leafNode, nodes: await sealPath(suite, path.steps, path.derived, provisional, env.random) }
  );
}

function keysAfter(own: ActiveGroup, tree: RatchetTree, path: NewPath | undefined): ActiveGroup['pathKeys'] {
  const keys = new Map(own.pathKeys);
  if (path !== undefined) keys.set(2 * own.ownLeaf, path.leafPrivateKey);
  return nextPathKeys(own.group.tree, tree, own.ownLeaf, keys, path?.derived.nodes ?? []);
}

function newcomersOf(list: readonly SentProposal[], applied: AppliedProposals): readonly Newcomer[] {
  const packages = list.flatMap(({ proposal }) =>
    proposal.proposalType === ProposalType.add ? [proposal.keyPackage] : [],
  );
  return packages.flatMap((keyPackage, i) => {
    const leafIndex = applied.added[i]?.leafIndex;
    return leafIndex === undefined ? [] : [{ keyPackage, leafIndex }];
  });
}
