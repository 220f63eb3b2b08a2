/** Published attacks on group messaging, each with a positive control: the same on a weakened check succeeds. */
import { p256 } from '@noble/curves/nist.js';
import { expect, test } from 'vitest';
import { concat, equalBytes } from '../../src/bytes.ts';
import { nodeProvider } from '../../src/crypto/node/index.ts';
import { signWithLabel } from '../../src/crypto/sign-with-label.ts';
import { membershipTag } from '../../src/framing/membership-tag.ts';
import {
  createCommit,
  createProposal,
  decodeMessage,
  EMPTY_SHELF,
  encodeMessage,
  encodeTree,
  encryptApplication,
  epochAuthenticator,
  exportGroupInfo,
  type GroupState,
  joinByExternalCommit,
  joinGroup,
  ProposalType,
  processMessage,
  shelve,
  takeFor,
} from '../../src/index.ts';
import { groupInfoToBeSigned } from '../../src/messages/group-info.ts';
import { verifyGroupInfo } from '../../src/public/from-group-info.ts';
import { RatchetTree } from '../../src/tree/ratchet-tree.ts';
import { altered } from '../kit/altered.ts';
import { commitOf, forge, resignKeyPackage, suiteOf } from '../kit/forge.ts';
import {
  at,
  commitAll,
  group,
  keyPackageFor,
  merged,
  person,
  receiveCommit,
  text,
  utf8,
} from '../kit/seeded.ts';

const remove = (removed: number) => ({ proposalType: ProposalType.remove, removed }) as const;

test('[M7] a key of small order is refused where it is parsed', async () => {
  const everyone = await group(2);
  const attacker = await person('attacker');
  const { keyPackage } = await keyPackageFor(attacker);
  const { env } = at(everyone.people, 0);
  const state = at(everyone.states, 0);
  const key = attacker.identity.signatureKeyPair.privateKey;
  const zero = new Uint8Array(32);
  const weakLeaf = await resignKeyPackage(env, state, keyPackage, key, {}, { encryptionKey: zero });
  const weakInit = await resignKeyPackage(env, state, keyPackage, key, { initKey: zero });
  const blind = altered(() => ({ isSoundEncryptionKey: () => true }));
  for (const weak of [weakLeaf, weakInit]) {
    const add = { proposalType: ProposalType.add, keyPackage: weak } as const;
    await expect(createProposal(env, state, add)).rejects.toMatchObject({ code: 'weak-encryption-key' });
    const accepted = await createProposal({ ...env, provider: blind }, state, add);
    expect(accepted.bytes.length).toBeGreaterThan(0);
  }
  // And the shared secret itself is refused, should such a key come as an encapsulation.
  const suite = suiteOf(env, state);
  const pair = await suite.kem.deriveKeyPair(env.random(32));
  await expect(Promise.resolve().then(() => suite.kem.decapsulate(zero, pair))).rejects.toThrow();
});

test('[M8] a tree that does not fit its hashes is refused, although a member signed it', async () => {
  const everyone = await group(4);
  await commitAll(everyone, 1, {});
  const { env } = at(everyone.people, 0);
  const state = at(everyone.states, 0);
  const suite = suiteOf(env, state);
  const message = decodeMessage(await exportGroupInfo(env, state, { externalPub: true, ratchetTree: false }));
  if (message?.wireFormat !== 4) throw new Error('no group info');
  // The insider replaces the root key, and signs the tree hash that results.
  const fresh = await suite.kem.deriveKeyPair(env.random(32));
  const { root, level } = state.group.tree;
  if (root.kind !== 'parent' || root.parent === undefined) throw new Error('blank root');
  const forgedRoot = { ...root, parent: { ...root.parent, encryptionKey: fresh.publicKey }, hash: undefined };
  const tree = new RatchetTree(forgedRoot, level);
  const groupContext = { ...message.groupInfo.groupContext, treeHash: tree.hash(suite) };
  const unsigned = { ...message.groupInfo, groupContext };
  const signature = await signWithLabel(
    suite,
    state.signaturePrivateKey,
    'GroupInfoTBS',
    groupInfoToBeSigned(unsigned),
  );
  const groupInfo = { ...unsigned, signature };
  const bytes = encodeMessage({ wireFormat: 4, groupInfo });
  const newcomer = await person('newcomer');
  const join = (ratchetTree: Uint8Array) =>
    joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo: bytes, ratchetTree });
  await expect(join(encodeTree(tree))).rejects.toMatchObject({ code: 'parent-hash-mismatch' });
  await expect(join(encodeTree(state.group.tree))).rejects.toMatchObject({ code: 'tree-hash-mismatch' });
  // Control: signature and tree hash, the weaker checks, are satisfied by the forgery.
  await verifyGroupInfo(suite, groupInfo, tree);
  expect(tree.hash(suite)).toEqual(groupContext.treeHash);
});

test('[M8] a commit from a blank leaf is refused, and the epoch stays', async () => {
  const everyone = await group(4);
  await commitAll(everyone, 0, { proposals: [remove(2)] });
  const insider = at(everyone.people, 1);
  const receiver = at(everyone.people, 0);
  const state = at(everyone.states, 0);
  const forgery = (leafIndex: number) =>
    forge(insider.env, at(everyone.states, 1), {
      content: { contentType: 2, proposal: remove(3) },
      sender: { senderType: 'member', leafIndex },
    });
  await expect(processMessage(receiver.env, state, await forgery(2))).rejects.toMatchObject({
    code: 'unknown-sender',
  });
  const fromBlank = await forge(insider.env, at(everyone.states, 1), {
    content: commitOf([]),
    sender: { senderType: 'member', leafIndex: 2 },
  });
  await expect(processMessage(receiver.env, state, fromBlank)).rejects.toMatchObject({
    code: 'unknown-sender',
  });
  expect(state.group.context.epoch).toBe(2n);
  expect((await processMessage(receiver.env, state, await forgery(1))).kind).toBe('proposal');
});

test('[M8] a stale Welcome leads to an epoch whose members are gone, and changes no present group', async () => {
  const everyone = await group(2);
  const third = await person('third');
  const bundle = await keyPackageFor(third);
  const { welcome } = await commitAll(everyone, 0, {
    proposals: [{ proposalType: ProposalType.add, keyPackage: bundle.keyPackage }],
  });
  const shelf = shelve(nodeProvider, EMPTY_SHELF, bundle);
  const taken = takeFor(shelf, welcome ?? utf8(''));
  await joinGroup(third.env, { welcome: welcome ?? utf8(''), keyPackage: taken.bundle });
  expect(() => takeFor(taken.shelf, welcome ?? utf8(''))).toThrow(
    expect.objectContaining({ code: 'key-package-reused' }),
  );
  // Control: a shelf that forgets nothing takes the stale Welcome again.
  expect(takeFor(shelf, welcome ?? utf8('')).bundle).toBe(bundle);
});

test('[M9] an external commit on a replayed group information is refused', async () => {
  const everyone = await group(2);
  const joiner = await person('joiner');
  const { env } = at(everyone.people, 0);
  const old = await exportGroupInfo(env, at(everyone.states, 0));
  await commitAll(everyone, 0, {});
  const stale = await joinByExternalCommit(joiner.env, { ...joiner.identity, groupInfo: old });
  await expect(
    processMessage(at(everyone.people, 1).env, at(everyone.states, 1), stale.commit),
  ).rejects.toMatchObject({ code: 'wrong-epoch' });
  const groupInfo = await exportGroupInfo(env, at(everyone.states, 0));
  const fresh = await joinByExternalCommit(joiner.env, { ...joiner.identity, groupInfo });
  expect((await receiveCommit(at(everyone.people, 1), at(everyone.states, 1), fresh.commit)).kind).toBe(
    'commit',
  );
});

test('[M9] an ECDSA signature changed for one receiver makes no fork', async () => {
  const everyone = await group(3, 2);
  const sender = at(everyone.people, 0);
  const created = await createCommit(sender.env, at(everyone.states, 0), {});
  const message = decodeMessage(created.commit);
  if (message?.wireFormat !== 1) throw new Error('not public');
  const { content, auth } = message.publicMessage;
  const { r, s } = p256.Signature.fromBytes(auth.signature, 'der');
  const mirrored = new p256.Signature(r, p256.Point.Fn.ORDER - s).toBytes('der');
  const changed = { ...auth, signature: mirrored };
  const state = at(everyone.states, 1);
  const suite = suiteOf(sender.env, state);
  // A malicious insider knows the membership key and makes the tag fit.
  const tag = membershipTag(suite, state.secrets.membershipKey, content, changed, state.group.context);
  const bytes = encodeMessage({
    wireFormat: 1,
    publicMessage: { content, auth: changed, membershipTag: tag },
  });
  await expect(processMessage(at(everyone.people, 1).env, state, bytes)).rejects.toMatchObject({
    code: 'bad-confirmation-tag',
  });
  // Control: the changed signature does verify; only the transcript tells them apart.
  const verified = {
    signature: mirrored,
    publicKey: at([...state.group.tree.members()], 0).leaf.signatureKey,
  };
  const { signContent } = await import('../../src/crypto/verify-with-label.ts');
  const { framedContentToBeSigned } = await import('../../src/messages/framed-content.ts');
  const signed = signContent('FramedContentTBS', framedContentToBeSigned(1, content, state.group.context));
  expect(await suite.verify(verified.publicKey, signed, verified.signature)).toBe(true);
});

test('[M10] who got a bad path secret reports it, keeps its state and comes back by itself', async () => {
  const everyone = await group(4);
  const insider = at(everyone.people, 0);
  const victim = at(everyone.people, 3);
  const victimKey = at([...at(everyone.states, 0).group.tree.members()], 3).leaf.encryptionKey;
  const decoy = await suiteOf(insider.env, at(everyone.states, 0)).kem.deriveKeyPair(utf8('decoy'));
  const hostile = altered(({ kem }) => ({
    kem: {
      ...kem,
      encapsulate: (key, random) =>
        kem.encapsulate(equalBytes(key, victimKey) ? decoy.publicKey : key, random),
    },
  }));
  const bad = await createCommit({ ...insider.env, provider: hostile }, at(everyone.states, 0), {});
  const before = at(everyone.states, 3);
  await expect(processMessage(victim.env, before, bad.commit)).rejects.toMatchObject({
    code: 'path-undecryptable',
  });
  everyone.states[1] = merged(
    await receiveCommit(at(everyone.people, 1), at(everyone.states, 1), bad.commit),
  );
  const back = await joinByExternalCommit(victim.env, {
    ...victim.identity,
    groupInfo: await exportGroupInfo(at(everyone.people, 1).env, at(everyone.states, 1)),
    isFormerLeaf: ({ leafIndex }) => leafIndex === 3,
  });
  const healed = merged(await receiveCommit(at(everyone.people, 1), at(everyone.states, 1), back.commit));
  expect(epochAuthenticator(back.staged.state)).toEqual(epochAuthenticator(healed));
  // Control: without the decoy, the victim follows.
  const good = await createCommit(insider.env, at(everyone.states, 0), {});
  expect((await receiveCommit(victim, before, good.commit)).staged.selfRemoved).toBe(false);
});

test('[M11] members who were given different commits see it by the epoch authenticator', async () => {
  const everyone = await group(3);
  const [a, b, c] = everyone.people;
  if (a === undefined || b === undefined || c === undefined) throw new Error('three people');
  const forA = await createCommit(c.env, at(everyone.states, 2), {});
  const forB = await createCommit(c.env, at(everyone.states, 2), { forcePath: true });
  const stateA = merged(await receiveCommit(a, at(everyone.states, 0), forA.commit));
  const stateB = merged(await receiveCommit(b, at(everyone.states, 1), forB.commit));
  expect(epochAuthenticator(stateA)).not.toEqual(epochAuthenticator(stateB));
  const sent = await encryptApplication(a.env, stateA, utf8('to a fork'));
  await expect(processMessage(b.env, stateB, sent.bytes)).rejects.toMatchObject({
    code: 'decryption-failed',
  });
  // Control: the same commit for both.
  const same = merged(await receiveCommit(b, at(everyone.states, 1), forA.commit));
  expect(epochAuthenticator(same)).toEqual(epochAuthenticator(stateA));
  const read = await processMessage(b.env, same, sent.bytes);
  expect(read.kind === 'application' && text(read.data)).toBe('to a fork');
});

test('[M12] a key package works once; the one of last resort says that it must be replaced', async () => {
  const founder = await group(2);
  const client = await person('client');
  const single = await keyPackageFor(client);
  const spare = await keyPackageFor(client, 1, { lastResort: true });
  let shelf = shelve(nodeProvider, shelve(nodeProvider, EMPTY_SHELF, single), spare);
  const welcomes = await Promise.all(
    [single, single, spare, spare].map(async ({ keyPackage }, i) => {
      const { env } = at(founder.people, i % 2);
      const add = { proposalType: ProposalType.add, keyPackage } as const;
      const { welcome } = await createCommit(env, at(founder.states, i % 2), { proposals: [add] });
      return welcome ?? utf8('');
    }),
  );
  const first = takeFor(shelf, at(welcomes, 0));
  shelf = first.shelf;
  expect(first.replaceLastResort).toBe(false);
  expect(() => takeFor(shelf, at(welcomes, 1))).toThrow(
    expect.objectContaining({ code: 'key-package-reused' }),
  );
  expect(() => shelve(nodeProvider, shelf, single)).toThrow(
    expect.objectContaining({ code: 'key-package-reused' }),
  );
  for (const welcome of welcomes.slice(2)) expect(takeFor(shelf, welcome).replaceLastResort).toBe(true);
  // Control: the bundle itself, kept against the rule, opens both Welcomes.
  for (const welcome of welcomes.slice(0, 2)) {
    const joined = await joinGroup(client.env, { welcome, keyPackage: single });
    expect(joined.status).toBe('active');
  }
});

test('[M13] a rotated signature key heals every group in which it was', async () => {
  const [one, two] = [await group(2), await group(2)];
  const stolen = at(one.states, 1).signaturePrivateKey;
  const renewed = await person('renewed');
  const thief = (where: typeof one, state: GroupState) => {
    if (state.status !== 'active') throw new Error('removed');
    const content = { contentType: 2, proposal: remove(0) } as const;
    return forge(at(where.people, 0).env, state, {
      content,
      sender: { senderType: 'member', leafIndex: 1 },
      privateKey: stolen,
    });
  };
  const receive = async (where: typeof one) => {
    const state = at(where.states, 0);
    return processMessage(at(where.people, 0).env, state, await thief(where, state));
  };
  // Control: with the key not yet rotated, the thief is taken for the member.
  expect((await receive(one)).kind).toBe('proposal');
  await commitAll(one, 1, { identity: renewed.identity });
  await expect(receive(one)).rejects.toMatchObject({ code: 'bad-signature' });
  expect((await receive(two)).kind).toBe('proposal');
  await commitAll(two, 1, { identity: renewed.identity });
  await expect(receive(two)).rejects.toMatchObject({ code: 'bad-signature' });
  expect(concat(stolen)).not.toEqual(at(two.states, 1).signaturePrivateKey);
});
