/** RFC 9420, sections 6.3, 9, 10, 12.2 (external commits) and 12.4.3: each rule broken on its own. */
import { describe, expect, test } from 'vitest';
import { signWithLabel } from '../../src/crypto/sign-with-label.ts';
import { signGroupInfo } from '../../src/group/group-info.ts';
import { derivePath, openPath, sealPath } from '../../src/group/path-secrets.ts';
import { makeWelcome } from '../../src/group/welcome.ts';
import {
  createCommit,
  createGroup,
  createProposal,
  decodeMessage,
  encodeMessage,
  encryptApplication,
  exportGroupInfo,
  joinByExternalCommit,
  joinGroup,
  type MlsErrorCode,
  type Proposal,
  ProposalType,
  processMessage,
} from '../../src/index.ts';
import { groupInfoToBeSigned } from '../../src/messages/group-info.ts';
import type { ParentNode } from '../../src/messages/parent-node.ts';
import { pathSteps } from '../../src/public/path.ts';
import { decodeTree } from '../../src/public/validate-tree.ts';
import { takeNext } from '../../src/secrets/ratchet.ts';
import { RatchetTree } from '../../src/tree/ratchet-tree.ts';
import { checkUnmergedLeaves } from '../../src/tree/unmerged-leaves.ts';
import { withPlaintext } from '../kit/altered.ts';
import {
  commitOf,
  flipLast,
  forge,
  openCommit,
  resignKeyPackage,
  resignLeaf,
  suiteOf,
} from '../kit/forge.ts';
import { at, commitAll, type Everyone, group, keyPackageFor, LIFETIME, person, utf8 } from '../kit/seeded.ts';

const remove = (removed: number): Proposal => ({ proposalType: ProposalType.remove, removed });

describe('an external commit is refused with', () => {
  const lists: readonly (readonly [string, MlsErrorCode, (init: Proposal) => readonly Proposal[]])[] = [
    ['two external inits', 'external-init-count', (init) => [init, init]],
    ['no external init', 'external-init-count', () => []],
    ['two removals', 'external-commit-removes', (init) => [init, remove(1), remove(2)]],
    [
      'new extensions',
      'external-commit-proposal-type',
      (init) => [init, { proposalType: ProposalType.groupContextExtensions, extensions: [] }],
    ],
    [
      'an unusable encapsulation',
      'crypto-failure',
      () => [{ proposalType: ProposalType.externalInit, kemOutput: new Uint8Array(32) }],
    ],
  ];
  async function setting(): Promise<{
    readonly everyone: Everyone;
    readonly key: Uint8Array;
    readonly commit: ReturnType<typeof openCommit>;
  }> {
    const everyone = await group(3);
    const joiner = await person('joiner');
    const groupInfo = await exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0));
    const joined = await joinByExternalCommit(joiner.env, { ...joiner.identity, groupInfo });
    return { everyone, key: joiner.identity.signatureKeyPair.privateKey, commit: openCommit(joined.commit) };
  }

  test.each(lists)('%s (%s)', async (_title, code, make) => {
    const { everyone, key, commit } = await setting();
    const [init] = commit.proposals;
    if (init === undefined || !('proposal' in init)) throw new Error('no external init');
    const bytes = await forge(at(everyone.people, 0).env, at(everyone.states, 0), {
      content: commitOf(make(init.proposal), commit.path),
      sender: { senderType: 'new_member_commit' },
      privateKey: key,
    });
    await expect(
      processMessage(at(everyone.people, 0).env, at(everyone.states, 0), bytes),
    ).rejects.toMatchObject({ code });
  });

  test('a proposal by reference (external-commit-by-reference)', async () => {
    const { everyone, key, commit } = await setting();
    const { env } = at(everyone.people, 0);
    const proposed = await createProposal(env, at(everyone.states, 0), remove(2));
    const bytes = await forge(env, proposed.state, {
      content: {
        contentType: 3,
        commit: { proposals: [...commit.proposals, { reference: proposed.reference }], path: commit.path },
      },
      sender: { senderType: 'new_member_commit' },
      privateKey: key,
    });
    await expect(processMessage(env, proposed.state, bytes)).rejects.toMatchObject({
      code: 'external-commit-by-reference',
    });
  });
});

test('group information is refused when unsigned, of another version, without tree or external key', async () => {
  const everyone = await group(2);
  const { env } = at(everyone.people, 0);
  const state = at(everyone.states, 0);
  const joiner = await person('joiner');
  const join = (groupInfo: Uint8Array, ratchetTree?: Uint8Array) =>
    joinByExternalCommit(joiner.env, { ...joiner.identity, groupInfo, ...(ratchetTree && { ratchetTree }) });
  const message = decodeMessage(await exportGroupInfo(env, state));
  if (message?.wireFormat !== 4) throw new Error('no group info');
  const { groupInfo } = message;
  const unsigned = { ...groupInfo, signature: flipLast(groupInfo.signature) };
  await expect(join(encodeMessage({ wireFormat: 4, groupInfo: unsigned }))).rejects.toMatchObject({
    code: 'group-info-signature',
  });
  const groupContext = { ...groupInfo.groupContext, version: 2 };
  const other = { ...groupInfo, groupContext };
  const signature = await signWithLabel(
    suiteOf(env, state),
    state.signaturePrivateKey,
    'GroupInfoTBS',
    groupInfoToBeSigned(other),
  );
  const newer = encodeMessage({ wireFormat: 4, groupInfo: { ...other, signature } });
  await expect(join(newer)).rejects.toMatchObject({ code: 'unsupported-version' });
  await expect(join(await exportGroupInfo(env, state, {}))).rejects.toMatchObject({
    code: 'external-pub-missing',
  });
  const bare = await exportGroupInfo(env, state, { externalPub: true, ratchetTree: false });
  await expect(join(bare)).rejects.toMatchObject({ code: 'tree-missing' });
  await expect(join(bare, utf8('junk'))).rejects.toMatchObject({ code: 'tree-malformed' });
  for (const junk of [[0], [1, 0], [3, 1, 2, 0]]) expect(() => decodeTree(Uint8Array.from(junk))).toThrow();
});

test('a Welcome is refused by whom it is not for, in another suite, and when the tree lacks the newcomer', async () => {
  const everyone = await group(2);
  const { env } = at(everyone.people, 0);
  const state = at(everyone.states, 0);
  const [guest, other] = [await person('guest'), await person('other')];
  const bundle = await keyPackageFor(guest);
  const { welcome = utf8('') } = await createCommit(env, state, {
    proposals: [{ proposalType: ProposalType.add, keyPackage: bundle.keyPackage }],
  });
  await expect(
    joinGroup(other.env, { welcome, keyPackage: await keyPackageFor(other) }),
  ).rejects.toMatchObject({ code: 'welcome-not-for-me' });
  await expect(
    joinGroup(guest.env, { welcome, keyPackage: await keyPackageFor(guest, 3) }),
  ).rejects.toMatchObject({ code: 'welcome-suite' });
  await expect(processMessage(env, state, welcome)).rejects.toMatchObject({ code: 'invalid-argument' });
  const suite = suiteOf(env, state);
  const parts = {
    newcomers: [{ keyPackage: bundle.keyPackage, leafIndex: 1 }],
    committer: 0,
    path: undefined,
    joinerSecret: utf8('any'),
    pskSecret: new Uint8Array(32),
    psks: [],
    groupInfo: await signGroupInfo(suite, state, {}),
  };
  const stray = await makeWelcome(suite, parts, env.random);
  await expect(joinGroup(guest.env, { welcome: stray, keyPackage: bundle })).rejects.toMatchObject({
    code: 'own-leaf-missing',
  });
});

test('a message of this very client, bad padding and the end of a chain are refused', async () => {
  const everyone = await group(2);
  const { env } = at(everyone.people, 0);
  const state = at(everyone.states, 0);
  const sent = await encryptApplication(env, state, utf8('x'));
  await expect(processMessage(env, sent.state, sent.bytes)).rejects.toMatchObject({ code: 'own-message' });
  const dirty = withPlaintext(300, flipLast);
  const padded = await encryptApplication({ ...env, provider: dirty }, state, utf8('x'), {
    paddedLength: 300,
  });
  await expect(
    processMessage(at(everyone.people, 1).env, at(everyone.states, 1), padded.bytes),
  ).rejects.toMatchObject({ code: 'padding-not-zero' });
  const last = { generation: 0xffffffff, secret: new Uint8Array(32), skipped: [] };
  expect(() => takeNext(suiteOf(env, state), last)).toThrow(
    expect.objectContaining({ code: 'generations-exhausted' }),
  );
});

test('an update must bring a new encryption key, and no leaf a signature key of small order', async () => {
  const everyone = await group(2);
  const [a, b] = [at(everyone.people, 0), at(everyone.people, 1)];
  const state = at(everyone.states, 1);
  const leaf = at([...state.group.tree.members()], 1).leaf;
  const same = await resignLeaf(
    b.env,
    state,
    leaf,
    { origin: { leafNodeSource: 2 } },
    1,
    state.signaturePrivateKey,
  );
  const bytes = await forge(b.env, state, {
    content: { contentType: 2, proposal: { proposalType: ProposalType.update, leafNode: same } },
  });
  await expect(processMessage(a.env, at(everyone.states, 0), bytes)).rejects.toMatchObject({
    code: 'update-key-unchanged',
  });
  const guest = await person('guest');
  const { keyPackage, signaturePrivateKey } = await keyPackageFor(guest);
  const weak = await resignKeyPackage(
    a.env,
    state,
    keyPackage,
    signaturePrivateKey,
    {},
    { signatureKey: new Uint8Array(32) },
  );
  await expect(
    createProposal(a.env, at(everyone.states, 0), { proposalType: ProposalType.add, keyPackage: weak }),
  ).rejects.toMatchObject({ code: 'weak-signature-key' });
  // One entry: a key of 32 zeros, and an empty basic identity.
  const extensionData = Uint8Array.from([36, 32, ...new Uint8Array(32), 0, 1, 0]);
  const proposals: Proposal[] = [
    { proposalType: ProposalType.groupContextExtensions, extensions: [{ extensionType: 5, extensionData }] },
  ];
  await expect(createCommit(a.env, at(everyone.states, 0), { proposals })).rejects.toMatchObject({
    code: 'external-senders-invalid',
  });
});

test('a path secret that does not yield the announced key is refused', async () => {
  const everyone = await group(4);
  const { env } = at(everyone.people, 0);
  const [state, receiver] = [at(everyone.states, 0), at(everyone.states, 3)];
  const suite = suiteOf(env, state);
  const { tree, context } = state.group;
  const steps = pathSteps(tree, 0, new Set());
  const derived = await derivePath(suite, env.random(32), steps);
  const nodes = await sealPath(suite, steps, derived, context, env.random);
  const leafNode = at([...tree.members()], 0).leaf;
  const leaves = { own: 3, committer: 0 };
  const opened = await openPath(suite, { leafNode, nodes }, steps, leaves, receiver.pathKeys, context);
  expect(opened.commitSecret).toEqual(derived.commitSecret);
  const wrong = nodes.map((node, i) =>
    i === nodes.length - 1 ? { ...node, encryptionKey: at(nodes, 0).encryptionKey } : node,
  );
  await expect(
    openPath(suite, { leafNode, nodes: wrong }, steps, leaves, receiver.pathKeys, context),
  ).rejects.toMatchObject({ code: 'path-key-mismatch' });
});

test('lists of unmerged leaves that contradict the tree are refused', async () => {
  const everyone = await group(3);
  await commitAll(everyone, 0, {});
  const [{ env }, joiner] = [at(everyone.people, 0), await person('joiner')];
  const state = at(everyone.states, 0);
  const { tree, context } = state.group;
  const { root } = tree;
  if (root.kind !== 'parent' || root.parent === undefined) throw new Error('blank root');
  const parent: ParentNode = root.parent;
  const withList = (unmergedLeaves: readonly number[]) =>
    new RatchetTree({ ...root, parent: { ...parent, unmergedLeaves }, hash: undefined }, tree.level);
  for (const list of [[3], [9], [2, 1], [2, 2], [1]]) {
    const code = 'unmerged-leaf-invalid';
    expect(() => checkUnmergedLeaves(withList(list))).toThrow(expect.objectContaining({ code }));
    const suite = suiteOf(env, state);
    const changed = { ...context, treeHash: withList(list).hash(suite) };
    const signer = { ...state, group: { ...state.group, tree: withList(list), context: changed } };
    const groupInfo = await exportGroupInfo(env, signer);
    await expect(joinByExternalCommit(joiner.env, { ...joiner.identity, groupInfo })).rejects.toMatchObject({
      code,
    });
  }
  expect(() => checkUnmergedLeaves(withList([2]))).not.toThrow();
});

test('a suite that the provider lacks is refused', async () => {
  const alone = await person('alone');
  const options = { ...alone.identity, groupId: utf8('g'), cipherSuite: 99, lifetime: LIFETIME };
  await expect(createGroup(alone.env, options)).rejects.toMatchObject({ code: 'unsupported-suite' });
});
