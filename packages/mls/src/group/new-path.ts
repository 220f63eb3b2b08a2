/** The committer's own path (RFC 9420, sections 7.5 and 12.4.1). */
import type { CipherSuite } from '../crypto/provider.ts';
import type { GroupContext } from '../messages/group-context.ts';
import { LeafNodeSource } from '../messages/leaf-node.ts';
import { demandsOf } from '../public/group-demands.ts';
import { checkLeafNode } from '../public/leaf-validation.ts';
import { newParents, type PathStep, pathSteps } from '../public/path.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import type { Environment } from './environment.ts';
import { type Identity, signLeaf, unsignedLeaf } from './key-package.ts';
import { type DerivedPath, derivePath } from './path-secrets.ts';

export interface NewPath {
  readonly tree: RatchetTree;
  readonly steps: readonly PathStep[];
  readonly derived: DerivedPath;
  /** The private key of the new leaf. */
  readonly leafPrivateKey: Uint8Array;
}

/**
 * Fresh keys for the leaf and every node of its filtered direct path, in the tree after the proposals. The leaf is
 * checked as its receivers do, against the extensions of the epoch that it begins.
 */
export async function newPath(
  env: Environment,
  suite: CipherSuite,
  tree: RatchetTree,
  leafIndex: number,
  { groupId, extensions }: Pick<GroupContext, 'groupId' | 'extensions'>,
  identity: Identity,
  added: ReadonlySet<number>,
): Promise<NewPath> {
  const steps = pathSteps(tree, leafIndex, added);
  const derived = await derivePath(suite, env.random(suite.hashLength), steps);
  const keyPair = await suite.kem.deriveKeyPair(env.random(suite.kem.seedLength));
  const levels = steps.map(({ level }) => level);
  const keys = derived.nodes.map(({ publicKey }) => publicKey);
  const { parents, leafParentHash } = newParents(suite, tree, leafIndex, levels, keys);
  const unsigned = unsignedLeaf(env, identity, keyPair.publicKey, {
    leafNodeSource: LeafNodeSource.commit,
    parentHash: leafParentHash,
  });
  const place = { groupId, leafIndex };
  const leaf = await signLeaf(suite, identity.signatureKeyPair.privateKey, unsigned, place);
  checkLeafNode(suite, leaf, demandsOf(extensions));
  return {
    tree: tree.withPath(leafIndex, leaf, parents),
    steps,
    derived,
    leafPrivateKey: keyPair.privateKey,
  };
}
