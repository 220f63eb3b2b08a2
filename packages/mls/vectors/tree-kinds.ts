/** Vectors of the ratchet tree. */
import { decode, encode } from '../src/codec/codec.ts';
import type { CipherSuite } from '../src/crypto/provider.ts';
import { encodeTree } from '../src/group/group-info.ts';
import { derivePath, openPath, sealPath } from '../src/group/path-secrets.ts';
import type { PathKeys } from '../src/group/state.ts';
import type { GroupContext } from '../src/messages/group-context.ts';
import { ProposalType, proposalCodec } from '../src/messages/proposal.ts';
import { updatePathCodec } from '../src/messages/update-path.ts';
import { leafSignatureClaim, verifyClaims } from '../src/public/leaf-validation.ts';
import { mergePath, newParents, pathSteps } from '../src/public/path.ts';
import { decodeTree } from '../src/public/validate-tree.ts';
import { treeHash } from '../src/tree/cells.ts';
import { checkParentHashes } from '../src/tree/parent-hash.ts';
import type { RatchetTree } from '../src/tree/ratchet-tree.ts';
import { leafOf, level } from '../src/tree/tree-math.ts';
import { checkUnmergedLeaves } from '../src/tree/unmerged-leaves.ts';
import { expectBytes, expectDefined, expectTrue, Fields, hex } from './fields.ts';

function firstLeaf(node: number): number {
  return leafOf(node - (2 ** level(node) - 1));
}

export function treeOperationsVector(vector: Fields, suite: CipherSuite): void {
  const before = decodeTree(vector.bytes('tree_before'));
  expectBytes('tree_hash_before', before.hash(suite), vector.bytes('tree_hash_before'));
  const proposal = expectDefined('proposal', decode(proposalCodec, vector.bytes('proposal')));
  let after: RatchetTree = before;
  if (proposal.proposalType === ProposalType.add) after = before.addAll([proposal.keyPackage.leafNode]).tree;
  if (proposal.proposalType === ProposalType.remove) after = before.remove(proposal.removed);
  if (proposal.proposalType === ProposalType.update) {
    after = before.update(vector.number('proposal_sender'), proposal.leafNode);
  }
  expectBytes('tree_after', encodeTree(after), vector.bytes('tree_after'));
  expectBytes('tree_hash_after', after.hash(suite), vector.bytes('tree_hash_after'));
}

export async function treeValidationVector(vector: Fields, suite: CipherSuite): Promise<void> {
  const bytes = vector.bytes('tree');
  const tree = decodeTree(bytes);
  expectBytes('re-encoding', encodeTree(tree), bytes);
  vector.filled('resolutions').forEach((expected, node) => {
    const resolution = tree.resolution(firstLeaf(node), level(node)).map((entry) => entry.node);
    expectTrue(`resolution(${node})`, JSON.stringify(resolution) === JSON.stringify(expected));
  });
  vector.filled('tree_hashes').forEach((expected, node) => {
    const hash = tree.subtreeHash(suite, firstLeaf(node), level(node), []);
    expectBytes(`tree_hash(${node})`, hash, hex(expected));
  });
  expectBytes('root', treeHash(suite, tree.root, tree.level, 0), tree.hash(suite));
  checkUnmergedLeaves(tree);
  checkParentHashes(suite, tree);
  const groupId = vector.bytes('group_id');
  const claims = [...tree.members()].map(({ leaf, leafIndex }) =>
    leafSignatureClaim(leaf, { groupId, leafIndex }),
  );
  await verifyClaims(suite, claims);
}

interface PrivateLeaf {
  readonly index: number;
  readonly keys: PathKeys;
}

async function privateLeaf(leaf: Fields, suite: CipherSuite): Promise<PrivateLeaf> {
  const index = leaf.number('index');
  const keys = new Map([[2 * index, leaf.bytes('encryption_priv')]]);
  for (const entry of leaf.objects('path_secrets')) {
    const step = { node: entry.number('node'), level: 0, recipients: [] };
    const { nodes } = await derivePath(suite, entry.bytes('path_secret'), [step]);
    for (const { node, privateKey } of nodes) keys.set(node, privateKey);
  }
  return { index, keys };
}

export async function treekemVector(vector: Fields, suite: CipherSuite): Promise<void> {
  const tree = decodeTree(vector.bytes('ratchet_tree'));
  const leaves = await Promise.all(
    vector.filled('leaves_private').map((leaf) => privateLeaf(new Fields(leaf), suite)),
  );
  const groupId = vector.bytes('group_id');
  const updates = vector.filled('update_paths').map((update) => new Fields(update));
  for (const update of updates) {
    const sender = update.number('sender');
    const path = expectDefined('update_path', decode(updatePathCodec, update.bytes('update_path')));
    const steps = pathSteps(tree, sender, new Set());
    const before = tree.leaf(sender);
    const after = mergePath(suite, tree, sender, before, path, steps, []);
    expectBytes('tree_hash_after', after.hash(suite), update.bytes('tree_hash_after'));
    await verifyClaims(suite, [leafSignatureClaim(path.leafNode, { groupId, leafIndex: sender })]);
    const context: GroupContext = {
      version: 1,
      cipherSuite: suite.id,
      groupId,
      epoch: BigInt(vector.number('epoch')),
      treeHash: after.hash(suite),
      confirmedTranscriptHash: vector.bytes('confirmed_transcript_hash'),
      extensions: [],
    };
    const secrets = update.list('path_secrets');
    for (const { index, keys } of leaves) {
      if (index === sender) continue;
      const places = { own: index, committer: sender };
      const opened = await openPath(suite, path, steps, places, keys, context);
      expectBytes('path_secret', opened.nodes[0]?.pathSecret, hex(secrets[index]));
      expectBytes('commit_secret', opened.commitSecret, update.bytes('commit_secret'));
    }
    if (update === updates[0]) await roundTrip(suite, tree, sender, leaves, context);
  }
}

/** A path of our own: every other member gets the same commit secret. */
async function roundTrip(
  suite: CipherSuite,
  tree: RatchetTree,
  sender: number,
  leaves: readonly PrivateLeaf[],
  context: GroupContext,
): Promise<void> {
  const steps = pathSteps(tree, sender, new Set());
  let counter = 0;
  const random = (length: number): Uint8Array => new Uint8Array(length).fill(++counter);
  const derived = await derivePath(suite, random(suite.hashLength), steps);
  const leafNode = expectDefined('leaf', tree.leaf(sender));
  const nodes = await sealPath(suite, steps, derived, context, random);
  const keys = derived.nodes.map(({ publicKey }) => publicKey);
  newParents(
    suite,
    tree,
    sender,
    steps.map((step) => step.level),
    keys,
  );
  for (const { index, keys: own } of leaves) {
    if (index === sender) continue;
    const places = { own: index, committer: sender };
    const opened = await openPath(suite, { leafNode, nodes }, steps, places, own, context);
    expectBytes('own commit_secret', opened.commitSecret, derived.commitSecret);
  }
  expectTrue('encodes', encode(updatePathCodec, { leafNode, nodes }).length > 0);
}
