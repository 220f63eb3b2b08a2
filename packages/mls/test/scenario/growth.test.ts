/** Long lists from others cost no more than their length: nobody can keep a client or a server busy by a message. */
import { describe, expect, test } from 'vitest';
import { encode } from '../../src/codec/codec.ts';
import {
  basicCredential,
  type Capabilities,
  type Extension,
  encodeMessage,
  followFromGroupInfo,
  followMessage,
  type KeyPackage,
  type LeafNode,
  type Proposal,
  type PublicGroup,
  requiredCapabilitiesCodec,
  type Sender,
  verifyKeyPackage,
} from '../../src/index.ts';
import type { Commit } from '../../src/messages/commit.ts';
import type { ParentNode } from '../../src/messages/parent-node.ts';
import { ratchetTreeCodec } from '../../src/messages/ratchet-tree.ts';
import { storeProposal } from '../../src/public/stage-proposal.ts';
import { KeySet } from '../../src/tree/key-set.ts';
import type { RatchetTree } from '../../src/tree/ratchet-tree.ts';
import { treeFromNodes, treeToNodes } from '../../src/tree/tree-nodes.ts';
import { checkUnmergedLeaves } from '../../src/tree/unmerged-leaves.ts';
import { env, growth, LINEAR, suite } from '../kit/growth.ts';
import { LIFETIME, utf8 } from '../kit/seeded.ts';

const EMPTY = new Uint8Array(0);
const count = (length: number): readonly number[] => Array.from({ length }, (_, i) => i);

function numbered(prefix: number, i: number): Uint8Array {
  const key = new Uint8Array(32).fill(prefix);
  new DataView(key.buffer).setUint32(0, i);
  return key;
}

/** Types that capabilities have to list. */
const types = (size: number): readonly number[] => count(size).map((i) => 1000 + i);
const extensionsOf = (list: readonly number[]): readonly Extension[] =>
  list.map((extensionType) => ({ extensionType, extensionData: EMPTY }));

function leaf(i: number, changes: Partial<Capabilities> = {}, origin?: LeafNode['origin']): LeafNode {
  const nothing = { versions: [1], cipherSuites: [1], extensions: [], proposals: [], credentials: [1] };
  return {
    encryptionKey: numbered(1, i),
    signatureKey: numbered(2, i),
    credential: basicCredential(utf8(`${i}`)),
    capabilities: { ...nothing, ...changes },
    origin: origin ?? { leafNodeSource: 1, lifetime: LIFETIME },
    extensions: [],
    signature: new Uint8Array(64),
  };
}

function keyPackage(i: number, leafNode: LeafNode = leaf(i)): KeyPackage {
  const signature = new Uint8Array(64);
  return { version: 1, cipherSuite: 1, initKey: numbered(3, i), leafNode, extensions: [], signature };
}

const parent = (i: number, unmergedLeaves: readonly number[] = []): ParentNode => ({
  encryptionKey: numbered(4, i),
  parentHash: EMPTY,
  unmergedLeaves,
});

function treeOf(leaves: readonly (LeafNode | undefined)[], parents: ParentNode[] = []): RatchetTree {
  const nodes = leaves.flatMap((one, i) => {
    const above = parents[i];
    const node = one && { kind: 'leaf' as const, leaf: one };
    return i === leaves.length - 1 ? [node] : [node, above && { kind: 'parent' as const, parent: above }];
  });
  const tree = treeFromNodes(nodes);
  if (tree === undefined) throw new Error('no tree');
  return tree;
}

function groupOf(tree: RatchetTree, extensions: readonly Extension[] = []): PublicGroup {
  const treeHash = tree.hash(suite);
  const context = { version: 1, cipherSuite: 1, groupId: utf8('group'), epoch: 1n, treeHash, extensions };
  return {
    context: { ...context, confirmedTranscriptHash: EMPTY },
    tree,
    interimTranscriptHash: EMPTY,
    confirmationTag: EMPTY,
    proposals: [],
    reinit: undefined,
  };
}

const byFirst: Sender = { senderType: 'member', leafIndex: 0 };

/** What a server does with a commit of the first member. */
function follow(group: PublicGroup, proposals: Commit['proposals'], path?: Commit['path']): () => unknown {
  const { groupId, epoch } = group.context;
  const content = { contentType: 3, commit: { proposals, path } } as const;
  const auth = { signature: new Uint8Array(64), confirmationTag: new Uint8Array(32) };
  const publicMessage = {
    content: { groupId, epoch, sender: byFirst, authenticatedData: EMPTY, content },
    auth,
    membershipTag: new Uint8Array(32),
  };
  const bytes = encodeMessage({ wireFormat: 1, publicMessage });
  return () => followMessage(env, group, bytes);
}

const byValue = (proposal: Proposal) => ({ proposal });

const psk = (i: number): Proposal => ({
  proposalType: 4,
  psk: { pskType: 1, pskId: utf8('id'), pskNonce: numbered(5, i) },
});

/** What a newcomer does with the information of a group. */
function enter(
  tree: RatchetTree,
  extensions: readonly Extension[],
  infoExtensions: readonly Extension[] = [],
): () => unknown {
  const { context: groupContext } = groupOf(tree, extensions);
  const extensionData = encode(ratchetTreeCodec, treeToNodes(tree));
  const all = [...infoExtensions, { extensionType: 2, extensionData }];
  const groupInfo = { groupContext, extensions: all, confirmationTag: EMPTY, signer: 0, signature: EMPTY };
  const bytes = encodeMessage({ wireFormat: 4, groupInfo });
  return () => followFromGroupInfo(env, bytes);
}

function required(extensionTypes: readonly number[]): Extension {
  const demands = { extensionTypes, proposalTypes: [], credentialTypes: [] };
  return { extensionType: 3, extensionData: encode(requiredCapabilitiesCodec, demands) };
}

describe('the time is in proportion to', () => {
  test.each<[string, number, (size: number) => () => unknown]>([
    [
      'the extensions of a key package',
      6000,
      (size) => {
        const leafNode = { ...leaf(1, { extensions: types(size).toReversed() }) };
        const extensions = extensionsOf(types(size));
        const one = { ...keyPackage(1, { ...leafNode, extensions }), extensions };
        return () => verifyKeyPackage(env, one);
      },
    ],
    [
      'the pre-shared keys of a commit',
      1000,
      (size) => follow(groupOf(treeOf([leaf(0)])), count(size).map(psk).map(byValue)),
    ],
    [
      'the references of a commit',
      32,
      (size) => {
        const stored = count(size).map((i) => ({
          reference: numbered(6, i),
          proposal: psk(i),
          sender: byFirst,
        }));
        const group = stored.reduce(storeProposal, groupOf(treeOf([leaf(0)])));
        return follow(
          group,
          stored.map(({ reference }) => ({ reference })),
        );
      },
    ],
    [
      'the additions of a commit to a tree that has a place for them',
      512,
      (size) => {
        const leaves = count(2 * size).map((i) => (i % 2 === 0 || i > size ? leaf(i) : undefined));
        const tree = treeOf(
          leaves,
          // Those on the right are unmerged at the root, where the additions on the left are put in before them.
          leaves.map((_, i) => parent(i, i === size - 1 ? count(size - 1).map((j) => size + 1 + j) : [])),
        );
        const added = count(size / 2).map((i) => keyPackage(i + 2 * size));
        return follow(
          groupOf(tree),
          added.map((one) => byValue({ proposalType: 1, keyPackage: one })),
        );
      },
    ],
    [
      'the removals of a commit',
      1000,
      (size) => {
        const leaves = count(size).map((i) => leaf(i));
        const removals = leaves.slice(1).map((_, i) => byValue({ proposalType: 3, removed: i + 1 }));
        const leafNode = leaf(size, {}, { leafNodeSource: 3, parentHash: EMPTY });
        const group = groupOf(
          treeOf(
            leaves,
            leaves.map((_, i) => parent(i)),
          ),
        );
        return follow(group, removals, { leafNode, nodes: [] });
      },
    ],
    ['the leaves of a tree', 300, (size) => enter(treeOf(count(size).map((i) => leaf(i))), [])],
    [
      'the leaves of a tree, in a group that demands one thing over and over',
      100,
      (size) => {
        const leaves = count(size).map((i) => leaf(i, { extensions: [1000] }));
        return enter(treeOf(leaves), [required(new Array<number>(20 * size).fill(1000))]);
      },
    ],
    [
      'the extensions of a group and of the information about it',
      8000,
      (size) => {
        const capabilities = { extensions: types(size).toReversed() };
        const extensions = [required(types(size)), ...extensionsOf(types(size))];
        return enter(treeOf([leaf(0, capabilities)]), extensions, extensionsOf(types(size)));
      },
    ],
    [
      'the lists of unmerged leaves',
      256,
      (size) => {
        const leaves = count(size).map((i) => leaf(i));
        const parents = leaves.map((_, i) => {
          const span = (i + 1) & -(i + 1);
          return parent(
            i,
            count(2 * span).map((j) => i + 1 - span + j),
          );
        });
        const tree = treeOf(leaves, parents);
        return () => checkUnmergedLeaves(tree);
      },
    ],
    [
      'the keys of a tree, even where they are made to collide',
      512,
      (size) => {
        const keys = colliding(size);
        return () => keys.reduce((set, key) => set.with(key), KeySet.empty);
      },
    ],
  ])('%s', { timeout: 120_000 }, async (_title, size, prepare) => {
    await prepare(size)();
    expect(await growth(prepare, size)).toBeLessThan(LINEAR);
  });
});

function fnv(bytes: Uint8Array, state = 0x811c9dc5): number {
  let hash = state;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Two blocks that lead from a state of FNV-1a to the same next one. */
function twoBlocks(state: number): readonly [Uint8Array, Uint8Array] {
  const seen = new Map<number, Uint8Array>();
  for (let i = 0; ; i++) {
    const block = new Uint8Array(8);
    new DataView(block.buffer).setUint32(0, Math.imul(i, 0x9e3779b1) >>> 0);
    new DataView(block.buffer).setUint32(4, Math.imul(i, 0x85ebca6b) >>> 0);
    const other = seen.get(fnv(block, state));
    if (other !== undefined) return [other, block];
    seen.set(fnv(block, state), block);
  }
}

let twelve: readonly (readonly [Uint8Array, Uint8Array])[] | undefined;

function twelvePairs() {
  let state = fnv(EMPTY);
  return count(12).map(() => {
    const pair = twoBlocks(state);
    state = fnv(pair[0], state);
    return pair;
  });
}

/** Keys of one hash: each of twelve blocks is one of two between which the hash cannot tell. */
function colliding(size: number): readonly Uint8Array[] {
  twelve ??= twelvePairs();
  const pairs = twelve;
  return count(size).map((i) =>
    Uint8Array.from(pairs.flatMap((pair, bit) => [...(((i >> bit) & 1) === 0 ? pair[0] : pair[1])])),
  );
}

test('keys that were made to collide do collide', () => {
  const keys = colliding(100);
  expect(new Set(keys.map((key) => fnv(key))).size).toBe(1);
  expect(new Set(keys.map((key) => key.join())).size).toBe(100);
});
