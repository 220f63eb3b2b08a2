/** The rest of RFC 9420: pre-shared keys, reinitialisation, branches, external senders, X.509, GREASE, following. */
import { describe, expect, test } from 'vitest';
import { encode } from '../../src/codec/codec.ts';
import {
  branchGroup,
  createCommit,
  createProposal,
  decodeMessage,
  decodePublicGroup,
  encodeMessage,
  encodePublicGroup,
  encryptApplication,
  epochAuthenticator,
  exportGroupInfo,
  followFromGroupInfo,
  followMessage,
  HYBRID_SUITE_ID,
  joinGroup,
  type Proposal,
  ProposalType,
  processMessage,
  proposeFromOutside,
  proposeUpdate,
  reinitGroup,
  universalPublicProvider,
} from '../../src/index.ts';
import { externalSendersCodec } from '../../src/messages/external-sender.ts';
import { certificateKey } from '../../src/public/x509.ts';
import {
  at,
  commitAll,
  group,
  groupOf,
  keyPackageFor,
  LIFETIME,
  merged,
  person,
  receiveCommit,
  utf8,
} from '../kit/seeded.ts';

const nonce = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

test('external and resumption pre-shared keys enter the key schedule', async () => {
  const psks = () => utf8('a shared secret');
  const everyone = await group(3, 1, {}, { psks });
  const past = at(everyone.states, 0).group.context;
  await commitAll(everyone, 1, {});
  const proposals: Proposal[] = [
    { proposalType: ProposalType.psk, psk: { pskType: 1, pskId: utf8('id'), pskNonce: nonce(1) } },
    {
      proposalType: ProposalType.psk,
      psk: { pskType: 2, usage: 1, pskGroupId: past.groupId, pskEpoch: past.epoch, pskNonce: nonce(2) },
    },
  ];
  await commitAll(everyone, 2, { proposals });
  const newcomer = await person('newcomer', 1, { psks });
  const bundle = await keyPackageFor(newcomer);
  const { welcome } = await commitAll(everyone, 0, {
    proposals: [
      { proposalType: ProposalType.psk, psk: { pskType: 1, pskId: utf8('id'), pskNonce: nonce(3) } },
      { proposalType: ProposalType.add, keyPackage: bundle.keyPackage },
    ],
  });
  const joined = await joinGroup(newcomer.env, { welcome: welcome ?? utf8(''), keyPackage: bundle });
  expect(epochAuthenticator(joined)).toEqual(epochAuthenticator(at(everyone.states, 1)));
  const stranger = { ...newcomer.env, psks: () => utf8('another secret') };
  await expect(
    joinGroup(stranger, { welcome: welcome ?? utf8(''), keyPackage: bundle }),
  ).rejects.toMatchObject({
    code: 'welcome-undecryptable',
  });
});

describe('a group that continues another', () => {
  test('reinitialisation moves everyone to another suite, and the old group accepts nothing more', async () => {
    const everyone = await group(2);
    const reinit: Proposal = {
      proposalType: ProposalType.reinit,
      groupId: utf8('hybrid'),
      version: 1,
      cipherSuite: HYBRID_SUITE_ID,
      extensions: [],
    };
    await commitAll(everyone, 0, { proposals: [reinit] });
    const [a, b] = [at(everyone.people, 0), at(everyone.people, 1)];
    await expect(createCommit(a.env, at(everyone.states, 0), {})).rejects.toMatchObject({
      code: 'reinit-pending',
    });
    await expect(encryptApplication(a.env, at(everyone.states, 0), utf8('x'))).rejects.toMatchObject({
      code: 'reinit-pending',
    });
    const bundle = await keyPackageFor(b, HYBRID_SUITE_ID);
    const options = { lifetime: LIFETIME, keyPackages: [bundle.keyPackage] };
    const made = await reinitGroup(a.env, at(everyone.states, 0), options);
    const welcome = made.welcome ?? utf8('');
    const former = at(everyone.states, 1);
    const joined = await joinGroup(b.env, { welcome, keyPackage: bundle, former });
    expect(epochAuthenticator(joined)).toEqual(epochAuthenticator(made.state));
    const wrong = { ...former, group: { ...former.group, reinit: { ...reinit, groupId: utf8('else') } } };
    await expect(
      joinGroup(b.env, { welcome, keyPackage: bundle, former: wrong as typeof former }),
    ).rejects.toMatchObject({ code: 'reinit-mismatch' });
  });

  test('a branch takes some of the members, and nobody else', async () => {
    const everyone = await group(3);
    const [a, b] = [at(everyone.people, 0), at(everyone.people, 1)];
    const bundle = await keyPackageFor(b);
    const options = { groupId: utf8('branch'), lifetime: LIFETIME, keyPackages: [bundle.keyPackage] };
    const made = await branchGroup(a.env, at(everyone.states, 0), options);
    const former = at(everyone.states, 1);
    const welcome = made.welcome ?? utf8('');
    const joined = await joinGroup(b.env, { welcome, keyPackage: bundle, former });
    expect(epochAuthenticator(joined)).toEqual(epochAuthenticator(made.state));
    await expect(joinGroup(b.env, { welcome, keyPackage: bundle })).rejects.toMatchObject({
      code: 'psk-unknown',
    });
    const outsider = await keyPackageFor(await person('outsider'));
    await expect(
      branchGroup(a.env, at(everyone.states, 0), { ...options, keyPackages: [outsider.keyPackage] }),
    ).rejects.toMatchObject({ code: 'branch-mismatch' });
  });
});

test('an external sender that the group lists may propose, and newcomers may propose themselves', async () => {
  const outside = await person('outside');
  const { credential, signatureKeyPair } = outside.identity;
  const extensionData = encode(externalSendersCodec, [
    { credential, signatureKey: signatureKeyPair.publicKey },
  ]);
  const everyone = await group(3, 1, { extensions: [{ extensionType: 5, extensionData }] });
  const state = at(everyone.states, 1);
  const receiver = at(everyone.people, 1);
  const followed = await followFromGroupInfo(
    outside.env,
    await exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0)),
  );
  const removal = await proposeFromOutside(outside.env, followed, {
    proposal: { proposalType: ProposalType.remove, removed: 2 },
    signatureKeyPair,
  });
  const removed = await processMessage(receiver.env, state, removal.bytes);
  expect(removed.kind === 'proposal' && removed.stored.sender).toEqual({
    senderType: 'external',
    senderIndex: 0,
  });
  const newcomer = await person('self');
  const self = await keyPackageFor(newcomer);
  const addition = await proposeFromOutside(newcomer.env, followed, {
    proposal: { proposalType: ProposalType.add, keyPackage: self.keyPackage },
    signatureKeyPair: newcomer.identity.signatureKeyPair,
  });
  const added = await processMessage(receiver.env, removed.state, addition.bytes);
  const created = await createCommit(receiver.env, added.state, {});
  expect(created.staged.removed.map(({ by }) => by.senderType)).toEqual(['external']);
  expect(created.staged.added.map(({ by }) => by.senderType)).toEqual(['new_member_proposal']);
  await joinGroup(newcomer.env, { welcome: created.welcome ?? utf8(''), keyPackage: self });
  const stranger = await person('stranger');
  await expect(
    proposeFromOutside(stranger.env, followed, {
      proposal: { proposalType: ProposalType.remove, removed: 2 },
      signatureKeyPair: stranger.identity.signatureKeyPair,
    }),
  ).rejects.toMatchObject({ code: 'external-sender-unknown' });
});

test('values that nobody knows are tolerated wherever lists of types allow them', async () => {
  const grease = [0x0a0a, 0x1a1a, 0xeaea];
  const capabilities = {
    versions: [1, ...grease],
    cipherSuites: [1, ...grease],
    extensions: grease,
    proposals: grease,
    credentials: [1, ...grease],
  };
  const everyone = await group(2, 1, { capabilities });
  const newcomer = await person('newcomer');
  const bundle = await keyPackageFor(newcomer, 1, {
    capabilities,
    leafExtensions: [{ extensionType: 0x1a1a, extensionData: utf8('anything') }],
    extensions: [{ extensionType: 0x2a2a, extensionData: utf8('anything') }],
  });
  const { welcome } = await commitAll(everyone, 1, {
    proposals: [{ proposalType: ProposalType.add, keyPackage: bundle.keyPackage }],
    welcomeInfo: { extensions: [{ extensionType: 0x3a3a, extensionData: utf8('anything') }] },
  });
  const joined = await joinGroup(newcomer.env, { welcome: welcome ?? utf8(''), keyPackage: bundle });
  expect(epochAuthenticator(joined)).toEqual(epochAuthenticator(at(everyone.states, 0)));
});

test('a message is padded to the size that was asked for, and padding that is not zero is refused', async () => {
  const everyone = await group(2);
  const { env } = at(everyone.people, 0);
  const lengths = new Set<number>();
  for (const size of [0, 1, 17, 300]) {
    const sent = await encryptApplication(env, at(everyone.states, 0), new Uint8Array(size), {
      paddedLength: 512,
    });
    lengths.add(sent.bytes.length);
  }
  expect(lengths.size).toBe(1);
});

test('the key of a certificate is found, and nothing in what is none', () => {
  const tlv = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
    const body = parts.flatMap((part) => [...part]);
    return Uint8Array.from([tag, 0x81, body.length, ...body]);
  };
  const key = new Uint8Array(32).fill(7);
  const info = tlv(0x30, tlv(0x30, tlv(6, Uint8Array.of(43, 101, 112))), tlv(3, Uint8Array.of(0), key));
  const before = [
    tlv(0xa0, tlv(2, Uint8Array.of(2))),
    tlv(2, Uint8Array.of(1)),
    tlv(0x30),
    tlv(0x30),
    tlv(0x30),
    tlv(0x30),
  ];
  const certificate = tlv(0x30, tlv(0x30, ...before, info), tlv(0x30), tlv(3, Uint8Array.of(0)));
  expect(certificateKey(certificate)).toEqual(key);
  for (let length = 0; length < certificate.length; length++) {
    expect(certificateKey(certificate.subarray(0, length))).toBeUndefined();
  }
});

test('a tree of more nodes than are taken is refused before it is hashed', async () => {
  const everyone = await group(4);
  const info = await exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0));
  const env = {
    provider: universalPublicProvider,
    authentication: { authenticate: () => true },
    now: () => 1_000_000_000n,
  };
  await expect(followFromGroupInfo({ ...env, mostNodes: 6 }, info)).rejects.toMatchObject({
    code: 'tree-malformed',
  });
  await followFromGroupInfo({ ...env, mostNodes: 7 }, info);
});

test('who has no secret follows every public handshake, and refuses what members refuse', async () => {
  const everyone = await group(4);
  const env = {
    provider: universalPublicProvider,
    authentication: { authenticate: () => true },
    now: () => 1_000_000_000n,
  };
  let followed = await followFromGroupInfo(
    env,
    await exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0)),
  );
  const update = await proposeUpdate(at(everyone.people, 3).env, at(everyone.states, 3));
  everyone.states[3] = update.state;
  const seen = await followMessage(env, followed, update.bytes);
  followed = decodePublicGroup(encodePublicGroup(seen.group));
  for (const i of [0, 1, 2]) {
    const received = await processMessage(at(everyone.people, i).env, at(everyone.states, i), update.bytes);
    if (received.state.status === 'active') everyone.states[i] = received.state;
  }
  for (const options of [{}, { proposals: [{ proposalType: ProposalType.remove, removed: 2 } as const] }]) {
    const { commit } = await commitAll(everyone, 1, options);
    const next = await followMessage(env, followed, commit);
    expect(next.kind).toBe('commit');
    followed = next.group;
    expect(followed.context).toEqual(at(everyone.states, 0).group.context);
    expect(followed.interimTranscriptHash).toEqual(at(everyone.states, 0).group.interimTranscriptHash);
    await expect(followMessage(env, followed, commit)).rejects.toMatchObject({ code: 'wrong-epoch' });
  }
  const message = decodeMessage(
    (await createCommit(at(everyone.people, 0).env, at(everyone.states, 0), {})).commit,
  );
  if (message?.wireFormat !== 1) throw new Error('not public');
  const signature = message.publicMessage.auth.signature.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
  const auth = { ...message.publicMessage.auth, signature };
  const bad = encodeMessage({ wireFormat: 1, publicMessage: { ...message.publicMessage, auth } });
  await expect(followMessage(env, followed, bad)).rejects.toMatchObject({ code: 'bad-signature' });
});

test('conflicting proposals: a removal goes before an update, and nobody commits its own update', async () => {
  const everyone = await group(3);
  const tell = async (from: number, bytes: Uint8Array): Promise<void> => {
    for (const [i, state] of everyone.states.entries()) {
      if (i === from) continue;
      const received = await processMessage(at(everyone.people, i).env, state, bytes);
      if (received.state.status === 'active') everyone.states[i] = received.state;
    }
  };
  const removal = { proposalType: ProposalType.remove, removed: 2 } as const;
  const removing = await createProposal(at(everyone.people, 0).env, at(everyone.states, 0), removal);
  everyone.states[0] = removing.state;
  await tell(0, removing.bytes);
  for (const who of [1, 2]) {
    const update = await proposeUpdate(at(everyone.people, who).env, at(everyone.states, who));
    everyone.states[who] = update.state;
    await tell(who, update.bytes);
  }
  const created = await createCommit(at(everyone.people, 1).env, at(everyone.states, 1), {});
  expect(created.staged.removed).toHaveLength(1);
  const received = await receiveCommit(at(everyone.people, 0), at(everyone.states, 0), created.commit);
  expect(epochAuthenticator(merged(received))).toEqual(epochAuthenticator(merged(created)));
});

test('a group of one commits, and the default suite is the hybrid one', async () => {
  const alone = await person('alone', HYBRID_SUITE_ID);
  const { cipherSuite: _, ...options } = {
    ...alone.identity,
    cipherSuite: 0,
    groupId: utf8('g'),
    lifetime: LIFETIME,
  };
  const state = await groupOf(alone, HYBRID_SUITE_ID, options);
  expect(state.group.context.cipherSuite).toBe(HYBRID_SUITE_ID);
  const created = await createCommit(alone.env, state, {});
  expect(merged(created).group.context.epoch).toBe(1n);
});
