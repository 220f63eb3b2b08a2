/** Structures with one thing changed, signed and tagged again: refused with a code, or good for all that follows. */
import { describe, expect, test } from 'vitest';
import { encode } from '../../src/codec/codec.ts';
import { signWithLabel } from '../../src/crypto/sign-with-label.ts';
import {
  createCommit,
  createProposal,
  decodeMessage,
  decodePublicGroup,
  decodeState,
  encodeMessage,
  encodePublicGroup,
  encodeState,
  exportGroupInfo,
  externalSendersCodec,
  followFromGroupInfo,
  followMessage,
  joinByExternalCommit,
  type Proposal,
  ProposalType,
  processMessage,
  proposeUpdate,
  verifyKeyPackage,
} from '../../src/index.ts';
import type { Content } from '../../src/messages/framed-content.ts';
import { groupInfoToBeSigned } from '../../src/messages/group-info.ts';
import { ratchetTreeCodec } from '../../src/messages/ratchet-tree.ts';
import { treeFromNodes, treeToNodes } from '../../src/tree/tree-nodes.ts';
import { forge, forgePrivate, openCommit, resignKeyPackage, resignLeaf, suiteOf } from '../kit/forge.ts';
import { encodable, outcome, variants } from '../kit/mutate.ts';
import { at, group, keyPackageFor, person, pick, receiveCommit, seededRandom, utf8 } from '../kit/seeded.ts';

describe('signed again', () => {
  test('a commit, of a member and from outside, is refused wherever it was changed', async () => {
    const { people, states } = await group(4);
    const [insider, receiver] = [at(people, 1), at(people, 0)];
    const newcomer = await person('newcomer');
    const info = await exportGroupInfo(insider.env, at(states, 1));
    const joined = await joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo: info });
    const own = await createCommit(insider.env, at(states, 1), {
      proposals: [{ proposalType: ProposalType.remove, removed: 3 }],
    });
    const before = encodeState(at(states, 0));
    const followed = await followFromGroupInfo(receiver.env, info);
    const known = encodePublicGroup(followed);
    for (const { bytes, who, leafIndex, sender } of [
      { bytes: own.commit, who: insider, leafIndex: 1, sender: { senderType: 'member', leafIndex: 1 } },
      { bytes: joined.commit, who: newcomer, leafIndex: 4, sender: { senderType: 'new_member_commit' } },
    ] as const) {
      const { privateKey } = who.identity.signatureKeyPair;
      const confirmationTag = confirmationOf(bytes);
      const send = (content: Content) =>
        forge(insider.env, at(states, 1), { content, sender, privateKey, confirmationTag });
      const commit = openCommit(bytes);
      // Control: unchanged, what the kit makes is taken.
      expect(await send({ contentType: 3, commit })).toEqual(bytes);
      await receiveCommit(receiver, at(states, 0), bytes);
      for (const changed of variants(commit)) {
        const forged = await encodable(async () => {
          if (changed.path === undefined) return send({ contentType: 3, commit: changed });
          const { leafNode } = changed.path;
          const signed = await resignLeaf(who.env, at(states, 1), leafNode, {}, leafIndex, privateKey);
          const path = { ...changed.path, leafNode: signed };
          return send({ contentType: 3, commit: { ...changed, path } });
        });
        if (forged === undefined) continue;
        // A change that signing undoes, as of the leaf's own signature.
        if (Buffer.compare(forged, bytes) === 0) continue;
        expect(await outcome(() => processMessage(receiver.env, at(states, 0), forged))).toBe('refused');
        // Without secrets, the confirmation tag is taken as it is.
        await outcome(() => followMessage(receiver.env, followed, forged));
      }
    }
    expect(encodeState(at(states, 0))).toEqual(before);
    expect(encodePublicGroup(followed)).toEqual(known);
  });

  test('a key package is refused, or can be added and committed', async () => {
    const { people, states } = await group(2);
    const { env } = at(people, 0);
    const client = await person('client');
    const { keyPackage, signaturePrivateKey } = await keyPackageFor(client, 1, {
      extensions: [{ extensionType: 0x3a3a, extensionData: utf8('any') }],
      capabilities: { extensions: [0x1a1a] },
      leafExtensions: [{ extensionType: 0x1a1a, extensionData: utf8('any') }],
    });
    const counts = { fine: 0, refused: 0 };
    for (const changed of variants(keyPackage)) {
      const signed = await encodable(() =>
        resignKeyPackage(env, at(states, 0), changed, signaturePrivateKey, {}),
      );
      if (signed === undefined) continue;
      const bytes = await encodable(async () => encodeMessage({ wireFormat: 5, keyPackage: signed }));
      if (bytes === undefined) continue;
      const message = decodeMessage(bytes);
      if (message?.wireFormat !== 5) continue;
      const judged = await outcome(() => verifyKeyPackage(env, message.keyPackage));
      counts[judged]++;
      const add = { proposalType: ProposalType.add, keyPackage: message.keyPackage } as const;
      const added = await outcome(() => createCommit(env, at(states, 0), { proposals: [add] }));
      if (judged === 'refused') expect(added).toBe('refused');
    }
    expect(counts.fine).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(20);
  });

  test.each([
    { kind: 'public', words: 'a proposal' },
    { kind: 'private', words: 'a private proposal' },
    { kind: 'external', words: 'a proposal of an external sender' },
    { kind: 'new_member_proposal', words: 'a proposal of a newcomer' },
  ] as const)('$words is refused, or waits without stopping the group', async ({ kind }) => {
    const [outside, client] = [await person('outside'), await person('client')];
    const { credential, signatureKeyPair } = outside.identity;
    const listed = { credential, signatureKey: signatureKeyPair.publicKey };
    const senders = { extensionType: 5, extensionData: encode(externalSendersCodec, [listed]) };
    const { people, states } = await group(4, 1, { extensions: [senders] });
    const [insider, receiver] = [at(people, 1), at(people, 0)];
    const { keyPackage } = await keyPackageFor(client);
    const proposed = await proposeUpdate(insider.env, at(states, 1));
    const update = proposed.state.group.proposals[0]?.proposal;
    if (update?.proposalType !== ProposalType.update) throw new Error('an update');
    const pskNonce = new Uint8Array(32);
    const { groupId } = at(states, 0).group.context;
    const honest: readonly Proposal[] = [
      { proposalType: ProposalType.add, keyPackage },
      { proposalType: ProposalType.remove, removed: 2 },
      { proposalType: ProposalType.psk, psk: { pskType: 1, pskId: utf8('id'), pskNonce } },
      {
        proposalType: ProposalType.psk,
        psk: { pskType: 2, usage: 1, pskGroupId: groupId, pskEpoch: 1n, pskNonce },
      },
      { proposalType: ProposalType.reinit, groupId: utf8('g'), version: 1, cipherSuite: 1, extensions: [] },
      {
        proposalType: ProposalType.groupContextExtensions,
        extensions: [{ extensionType: 3, extensionData: Uint8Array.of(0, 0, 2, 0, 1) }],
      },
      { proposalType: ProposalType.externalInit, kemOutput: keyPackage.initKey },
      update,
    ];
    const { privateKey } = insider.identity.signatureKeyPair;
    const send = async (proposal: Proposal): Promise<Uint8Array> => {
      const content = { contentType: 2, proposal } as const;
      const state = at(states, 1);
      if (kind === 'public') return forge(insider.env, state, { content });
      if (kind === 'private') return forgePrivate(insider.env, state, { content });
      const isListed = kind === 'external';
      const sender = isListed ? ({ senderType: kind, senderIndex: 0 } as const) : { senderType: kind };
      const { signatureKeyPair: keys } = isListed ? outside.identity : client.identity;
      return forge(insider.env, state, { content, sender, privateKey: keys.privateKey });
    };
    const before = encodeState(at(states, 0));
    const counts = { fine: 0, refused: 0 };
    for (const proposal of honest.flatMap((one) => [one, ...variants(one)])) {
      const bytes = await encodable(async () => {
        if (proposal.proposalType !== ProposalType.update) return send(proposal);
        const leafNode = await resignLeaf(insider.env, at(states, 1), proposal.leafNode, {}, 1, privateKey);
        return send({ ...proposal, leafNode });
      });
      if (bytes === undefined) continue;
      const judged = await outcome(async () => {
        const { state } = await processMessage(receiver.env, at(states, 0), bytes);
        const made = await createCommit(receiver.env, state, {}).catch((cause: unknown) => {
          throw new Error('the group is stopped', { cause });
        });
        const other = await processMessage(at(people, 2).env, at(states, 2), bytes);
        await processMessage(at(people, 2).env, other.state, made.commit);
      });
      if (proposal.proposalType === ProposalType.externalInit) expect(judged).toBe('refused');
      counts[judged]++;
    }
    // A newcomer proposes its own addition and nothing else.
    expect(counts.fine).toBeGreaterThan(kind === 'new_member_proposal' ? 0 : honest.length);
    expect(counts.refused).toBeGreaterThan(50);
    expect(encodeState(at(states, 0))).toEqual(before);
    await createProposal(receiver.env, at(states, 0), at(honest, 1));
  });

  test('a tree is refused wherever it was changed, although a member signed its hash', async () => {
    const { people, states } = await group(5);
    const { env } = at(people, 0);
    const state = at(states, 0);
    const suite = suiteOf(env, state);
    const message = decodeMessage(
      await exportGroupInfo(env, state, { externalPub: true, ratchetTree: false }),
    );
    if (message?.wireFormat !== 4) throw new Error('no group info');
    const { groupInfo } = message;
    const newcomer = await person('newcomer');
    const nodes = treeToNodes(state.group.tree);
    const join = async (changed: typeof nodes): Promise<void> => {
      const ratchetTree = encode(ratchetTreeCodec, changed);
      // What is no tree keeps the hash of the right one.
      const treeHash = (treeFromNodes(changed) ?? state.group.tree).hash(suite);
      const groupContext = { ...groupInfo.groupContext, treeHash };
      const unsigned = { ...groupInfo, groupContext };
      const toBeSigned = groupInfoToBeSigned(unsigned);
      const signature = await signWithLabel(suite, state.signaturePrivateKey, 'GroupInfoTBS', toBeSigned);
      const bytes = encodeMessage({ wireFormat: 4, groupInfo: { ...unsigned, signature } });
      await joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo: bytes, ratchetTree });
    };
    await join(nodes);
    let refused = 0;
    for (const changed of variants(nodes)) {
      if ((await encodable(async () => encode(ratchetTreeCodec, changed))) === undefined) continue;
      expect(await outcome(() => join(changed))).toBe('refused');
      refused++;
    }
    expect(refused).toBeGreaterThan(100);
  });
});

test('a stored state or group that was changed anywhere is refused with a code, or read as it says', async () => {
  const { states } = await group(3);
  for (const [bytes, again] of [
    [encodeState(at(states, 0)), (stored: Uint8Array) => encodeState(decodeState(stored))],
    [
      encodePublicGroup(at(states, 0).group),
      (stored: Uint8Array) => encodePublicGroup(decodePublicGroup(stored)),
    ],
  ] as const) {
    const random = seededRandom('stored');
    for (let i = 0; i < 600; i++) {
      const changed = bytes.slice();
      const place = pick(random, bytes.length);
      changed[place] = (changed[place] ?? 0) ^ (1 + pick(random, 255));
      await outcome(() => again(changed));
    }
    expect(again(bytes)).toEqual(bytes);
  }
});

function confirmationOf(bytes: Uint8Array): Uint8Array {
  const message = decodeMessage(bytes);
  const tag = message?.wireFormat === 1 ? message.publicMessage.auth.confirmationTag : undefined;
  if (tag === undefined) throw new Error('a commit has a tag');
  return tag;
}
