/** RFC 9420, sections 5.3.1, 6.1 and 12.1.8: who may say what, be it that it is signed properly. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createCommit,
  createProposal,
  encode,
  epochAuthenticator,
  exportGroupInfo,
  externalSendersCodec,
  followFromGroupInfo,
  followMessage,
  type MlsErrorCode,
  type Proposal,
  ProposalType,
  type PublicGroup,
  processMessage,
  proposeFromOutside,
} from '../../src/index.ts';
import type { Content } from '../../src/messages/framed-content.ts';
import type { Sender } from '../../src/messages/sender.ts';
import { storeProposal } from '../../src/public/stage-proposal.ts';
import { commitOf, type Forgery, forge, openCommit, resignLeaf } from '../kit/forge.ts';
import {
  at,
  type Everyone,
  group,
  keyPackageFor,
  merged,
  type Person,
  person,
  receiveCommit,
  utf8,
} from '../kit/seeded.ts';

/** Whom the group lists as external sender. */
let outside: Person;
let newcomer: Person;
let everyone: Everyone;
let followed: PublicGroup;
let add: Proposal;
let listed: Extract<Proposal, { proposalType: 7 }>;

const EXTERNAL: Sender = { senderType: 'external', senderIndex: 0 };
const remove = (removed: number): Proposal => ({ proposalType: ProposalType.remove, removed });
const psk: Proposal = {
  proposalType: ProposalType.psk,
  psk: { pskType: 1, pskId: utf8('id'), pskNonce: new Uint8Array(32) },
};
const reinit: Proposal = {
  proposalType: ProposalType.reinit,
  groupId: utf8('new'),
  version: 1,
  cipherSuite: 1,
  extensions: [],
};
const externalInit: Proposal = { proposalType: ProposalType.externalInit, kemOutput: new Uint8Array(32) };

beforeAll(async () => {
  [outside, newcomer] = [await person('outside'), await person('newcomer')];
  const { credential, signatureKeyPair } = outside.identity;
  const senders = [{ credential, signatureKey: signatureKeyPair.publicKey }];
  const extensions = [{ extensionType: 5, extensionData: encode(externalSendersCodec, senders) }];
  everyone = await group(4, 1, { extensions }, { psks: () => utf8('a shared secret') });
  followed = await followFromGroupInfo(
    outside.env,
    await exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0)),
  );
  const { keyPackage } = await keyPackageFor(newcomer);
  add = { proposalType: ProposalType.add, keyPackage };
  listed = { proposalType: ProposalType.groupContextExtensions, extensions };
});

/** An update of leaf 1 that would be good if the member sent it. */
async function update(): Promise<Proposal> {
  const { env } = at(everyone.people, 1);
  const state = at(everyone.states, 1);
  const before = at([...state.group.tree.members()], 1).leaf;
  const changes = { origin: { leafNodeSource: 2 }, encryptionKey: env.random(32) } as const;
  const leafNode = await resignLeaf(env, state, before, changes, 1, state.signaturePrivateKey);
  return { proposalType: ProposalType.update, leafNode };
}

const OUTSIDE: readonly (readonly [string, () => Proposal])[] = [
  ['an addition', () => add],
  ['a removal', () => remove(3)],
  ['a pre-shared key', () => psk],
  ['a reinitialisation', () => reinit],
  ['new extensions of the group', () => listed],
];

/** What member 1 commits of a proposal that it and member 0 got. */
async function committed(bytes: Uint8Array): Promise<void> {
  const [a, b] = [at(everyone.people, 0), at(everyone.people, 1)];
  const heard = await processMessage(b.env, at(everyone.states, 1), bytes);
  if (heard.kind !== 'proposal') throw new Error('no proposal');
  const { reference } = heard.stored;
  const made = await createCommit(b.env, heard.state, { references: [reference] });
  expect(openCommit(made.commit).proposals).toEqual([{ reference }]);
  const told = await processMessage(a.env, at(everyone.states, 0), bytes);
  const received = await receiveCommit(a, told.state, made.commit);
  expect(epochAuthenticator(merged(received))).toEqual(epochAuthenticator(merged(made)));
}

describe('a member commits by reference', () => {
  test.each(OUTSIDE)('%s that an external sender proposes', async (_title, make) => {
    const { signatureKeyPair } = outside.identity;
    const sent = await proposeFromOutside(outside.env, followed, { proposal: make(), signatureKeyPair });
    await committed(sent.bytes);
  });

  test('a pre-shared key that another member proposes', async () => {
    const { bytes } = await createProposal(at(everyone.people, 2).env, at(everyone.states, 2), psk);
    await committed(bytes);
  });
});

const proposal = (value: Proposal): Content => ({ contentType: 2, proposal: value });
const fromOutside = (content: Content): Forgery => ({
  content,
  sender: EXTERNAL,
  privateKey: outside.identity.signatureKeyPair.privateKey,
});
const fromNewcomer = (
  content: Content,
  senderType: 'new_member_proposal' | 'new_member_commit',
): Forgery => ({
  content,
  sender: { senderType },
  privateKey: newcomer.identity.signatureKeyPair.privateKey,
});

const RULES: readonly (readonly [string, MlsErrorCode, () => Forgery | Promise<Forgery>])[] = [
  [
    'an update that an external sender proposes',
    'proposal-type-not-allowed',
    async () => fromOutside(proposal(await update())),
  ],
  [
    'an external init that an external sender proposes',
    'proposal-type-not-allowed',
    () => fromOutside(proposal(externalInit)),
  ],
  [
    'an external init that a member proposes',
    'external-init-by-member',
    () => ({ content: proposal(externalInit) }),
  ],
  ['a commit of a listed external sender', 'sender-type-not-allowed', () => fromOutside(commitOf([psk]))],
  [
    'a commit of who may only propose to be added',
    'sender-type-not-allowed',
    () => fromNewcomer(commitOf([psk]), 'new_member_proposal'),
  ],
  [
    'a proposal of who may only commit to join',
    'sender-type-not-allowed',
    () => fromNewcomer(proposal(add), 'new_member_commit'),
  ],
];

describe('refused is', () => {
  test.each(RULES)('%s (%s)', async (_title, code, make) => {
    const { env } = at(everyone.people, 0);
    const bytes = await forge(at(everyone.people, 1).env, at(everyone.states, 1), await make());
    await expect(processMessage(env, at(everyone.states, 0), bytes)).rejects.toMatchObject({ code });
    await expect(followMessage(outside.env, followed, bytes)).rejects.toMatchObject({ code });
  });

  const STORED: readonly (readonly [string, Sender, () => Proposal | Promise<Proposal>])[] = [
    ['a removal that a newcomer proposed', { senderType: 'new_member_proposal' }, () => remove(2)],
    ['an update that an external sender proposed', EXTERNAL, update],
    ['an external init that an external sender proposed', EXTERNAL, () => externalInit],
  ];
  test.each(STORED)('a commit of %s, should it be stored', async (_title, sender, make) => {
    const { env } = at(everyone.people, 0);
    const state = at(everyone.states, 0);
    const stored = { reference: utf8('reference'), proposal: await make(), sender };
    const full = { ...state, group: storeProposal(state.group, stored) };
    await expect(createCommit(env, full, { references: [stored.reference] })).rejects.toMatchObject({
      code: 'proposal-type-not-allowed',
    });
  });
});

test('who follows without secrets refuses application data, too', async () => {
  const content: Content = { contentType: 1, applicationData: utf8('x') };
  const bytes = await forge(at(everyone.people, 1).env, at(everyone.states, 1), { content });
  await expect(followMessage(outside.env, followed, bytes)).rejects.toMatchObject({
    code: 'application-not-private',
  });
});

test('the authentication service may refuse an external sender, proposed or committed', async () => {
  const { env, identity } = at(everyone.people, 0);
  const authentication = {
    authenticate: ({ role }: { readonly role: string }) => role !== 'external_sender',
  };
  const strict = { ...env, authentication };
  const b = at(everyone.people, 1);
  const state = at(everyone.states, 1);
  const { bytes } = await createProposal(b.env, state, listed);
  const { commit } = await createCommit(b.env, state, { proposals: [listed] });
  for (const message of [bytes, commit]) {
    await expect(processMessage(strict, at(everyone.states, 0), message)).rejects.toMatchObject({
      code: 'not-authorized',
    });
  }
  // Control: it does not refuse members.
  const renewed = await createCommit(b.env, state, {});
  expect(
    (await receiveCommit({ name: 'strict', env: strict, identity }, at(everyone.states, 0), renewed.commit))
      .kind,
  ).toBe('commit');
});
