/** Validation of a whole ratchet tree by who joins (RFC 9420, section 12.4.3.1). */
import { equalBytes } from '../bytes.ts';
import { decode } from '../codec/codec.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { check, fail } from '../errors.ts';
import { ExtensionType, findExtension } from '../messages/extension.ts';
import type { GroupContext } from '../messages/group-context.ts';
import type { GroupInfo } from '../messages/group-info.ts';
import { ratchetTreeCodec } from '../messages/ratchet-tree.ts';
import { walk } from '../tree/cells.ts';
import { checkParentHashes } from '../tree/parent-hash.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import { treeFromNodes } from '../tree/tree-nodes.ts';
import { checkUnmergedLeaves } from '../tree/unmerged-leaves.ts';
import { authenticateLeaf, checkAgreement, checkGroupExtensions } from './apply-proposals.ts';
import type { PublicEnvironment } from './environment.ts';
import { demandsOf } from './group-demands.ts';
import { checkLeafNode, leafSignatureClaim, verifyClaims } from './leaf-validation.ts';

/** The tree from its encoding (the contents of the ratchet_tree extension). */
export function decodeTree(bytes: Uint8Array, mostNodes: number = Number.POSITIVE_INFINITY): RatchetTree {
  const nodes = decode(ratchetTreeCodec, bytes) ?? fail('tree-malformed');
  check(nodes.length <= mostNodes, 'tree-malformed');
  return treeFromNodes(nodes) ?? fail('tree-malformed');
}

/** The tree from the group information, else the one given beside it. */
export function treeOf(
  { mostNodes }: PublicEnvironment,
  info: GroupInfo,
  beside: Uint8Array | undefined,
): RatchetTree {
  const bytes = findExtension(info.extensions, ExtensionType.ratchetTree) ?? beside;
  return decodeTree(bytes ?? fail('tree-missing'), mostNodes);
}

/** Hashes, parent hashes, unmerged leaves and every leaf. */
export async function validateTree(
  env: PublicEnvironment,
  suite: PublicSuite,
  context: GroupContext,
  tree: RatchetTree,
): Promise<void> {
  check(equalBytes(tree.hash(suite), context.treeHash), 'tree-hash-mismatch');
  await checkGroupExtensions(env, suite, context.groupId, context.extensions);
  checkUnmergedLeaves(tree);
  checkParentHashes(suite, tree);
  const demands = demandsOf(context.extensions);
  for (const item of walk(tree.root, tree.level, 0)) {
    if ('leaf' in item) checkLeafNode(suite, item.leaf, demands);
    const key = 'leaf' in item ? item.leaf.encryptionKey : item.parent.encryptionKey;
    if (!('leaf' in item)) check(suite.isSoundEncryptionKey(key), 'weak-encryption-key');
    check(tree.encryptionKeyCount(key) === 1, 'duplicate-encryption-key');
    if ('leaf' in item) {
      check(tree.signatureKeyCount(item.leaf.signatureKey) === 1, 'duplicate-signature-key');
    }
  }
  checkAgreement(tree, context.extensions);
  const members = [...tree.members()];
  const { groupId } = context;
  await verifyClaims(
    suite,
    members.map(({ leaf, leafIndex }) => leafSignatureClaim(leaf, { groupId, leafIndex })),
  );
  for (const { leaf } of members) await authenticateLeaf(env, groupId, leaf, undefined);
}
