/** Creating a group (RFC 9420, section 11). */
import { EMPTY } from '../bytes.ts';
import { DEFAULT_SUITE_ID } from '../crypto/suites.ts';
import type { Extension } from '../messages/extension.ts';
import { type GroupContext, MLS10 } from '../messages/group-context.ts';
import { LeafNodeSource } from '../messages/leaf-node.ts';
import type { Lifetime } from '../messages/lifetime.ts';
import { authenticateLeaf, checkAgreement, checkGroupExtensions } from '../public/apply-proposals.ts';
import { demandsOf } from '../public/group-demands.ts';
import { checkLeafNode, checkLifetime } from '../public/leaf-validation.ts';
import { confirmationTag } from '../schedule/confirmation.ts';
import { fromEpochSecret } from '../schedule/key-schedule.ts';
import { interimTranscriptHash } from '../schedule/transcript.ts';
import { RatchetTree } from '../tree/ratchet-tree.ts';
import { firstEpoch } from './enter-epoch.ts';
import { cipherSuite, type Environment } from './environment.ts';
import { type Identity, signLeaf, unsignedLeaf } from './key-package.ts';
import type { ActiveGroup } from './state.ts';

export interface CreateGroupOptions extends Identity {
  readonly groupId: Uint8Array;
  readonly cipherSuite?: number;
  readonly extensions?: readonly Extension[];
  readonly lifetime: Lifetime;
}

/** A group of one, in epoch 0. */
export async function createGroup(env: Environment, options: CreateGroupOptions): Promise<ActiveGroup> {
  const suite = cipherSuite(env, options.cipherSuite ?? DEFAULT_SUITE_ID);
  const { groupId, extensions = [], signatureKeyPair, lifetime } = options;
  const encryption = await suite.kem.deriveKeyPair(env.random(suite.kem.seedLength));
  const origin = { leafNodeSource: LeafNodeSource.keyPackage, lifetime };
  const unsigned = unsignedLeaf(env, options, encryption.publicKey, origin);
  const place = { groupId, leafIndex: 0 };
  const leaf = await signLeaf(suite, signatureKeyPair.privateKey, unsigned, place);
  await checkGroupExtensions(env, suite, groupId, extensions);
  checkLeafNode(suite, leaf, demandsOf(extensions));
  checkLifetime(env, leaf);
  await authenticateLeaf(env, groupId, leaf, undefined);
  const tree = RatchetTree.ofOne(leaf);
  checkAgreement(tree, extensions);
  const context: GroupContext = {
    version: MLS10,
    cipherSuite: suite.id,
    groupId,
    epoch: 0n,
    treeHash: tree.hash(suite),
    confirmedTranscriptHash: EMPTY,
    extensions,
  };
  const start = fromEpochSecret(suite, env.random(suite.hashLength));
  const tag = confirmationTag(suite, start.confirmationKey, EMPTY);
  const group = {
    context,
    tree,
    interimTranscriptHash: interimTranscriptHash(suite, EMPTY, tag),
    confirmationTag: tag,
    proposals: [],
    reinit: undefined,
  };
  return firstEpoch(group, start, {
    ownLeaf: 0,
    signaturePrivateKey: signatureKeyPair.privateKey,
    pathKeys: new Map([[0, encryption.privateKey]]),
  });
}
