/** Proposals that wait for a commit (RFC 9420, section 12.4): none of them stops the group, and none is passed over. */
import { describe, expect, test } from 'vitest';
import {
  type CommitOptions,
  createCommit,
  createProposal,
  encryptApplication,
  exportGroupInfo,
  followFromGroupInfo,
  type GroupState,
  type KeyPackage,
  type Proposal,
  ProposalType,
  processMessage,
  proposeFromOutside,
  proposeUpdate,
} from '../../src/index.ts';
import { MOST_NEWCOMERS, MOST_PROPOSALS, storeProposal } from '../../src/public/stage-proposal.ts';
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

const add = (keyPackage: KeyPackage): Proposal => ({ proposalType: ProposalType.add, keyPackage });
const remove = (removed: number): Proposal => ({ proposalType: ProposalType.remove, removed });
const requiring = (extensionType: number, extensionData = utf8('')): Proposal => ({
  proposalType: ProposalType.groupContextExtensions,
  extensions: [{ extensionType, extensionData }],
});
const psk = (name: string): Proposal => ({
  proposalType: ProposalType.psk,
  psk: { pskType: 1, pskId: utf8(name), pskNonce: new Uint8Array(32) },
});
const REINIT: Proposal = {
  proposalType: ProposalType.reinit,
  groupId: utf8('new'),
  version: 1,
  cipherSuite: 1,
  extensions: [],
};

/** Everyone hears what a member says. */
async function tell(everyone: Everyone, from: number, made: { bytes: Uint8Array; state: GroupState }) {
  for (const [i, state] of everyone.states.entries()) {
    const next =
      i === from ? made.state : (await processMessage(at(everyone.people, i).env, state, made.bytes)).state;
    if (next.status === 'active') everyone.states[i] = next;
  }
}

async function propose(everyone: Everyone, from: number, proposal: Proposal): Promise<Uint8Array> {
  const made = await createProposal(at(everyone.people, from).env, at(everyone.states, from), proposal);
  await tell(everyone, from, made);
  return made.reference;
}

async function commit(everyone: Everyone, from: number, options: CommitOptions = {}) {
  return createCommit(at(everyone.people, from).env, at(everyone.states, from), options);
}

type Wedge = (everyone: Everyone) => Promise<void>;
const WEDGES: readonly (readonly [string, Wedge])[] = [
  [
    'an extension that nobody supports',
    async (everyone) => void (await propose(everyone, 1, requiring(0xf0a0))),
  ],
  ['a pre-shared key that nobody has', async (everyone) => void (await propose(everyone, 1, psk('nobody')))],
  [
    "an update with another member's signature key",
    async (everyone) => {
      const { identity } = at(everyone.people, 2);
      const { signatureKeyPair } = identity;
      const made = await proposeUpdate(at(everyone.people, 1).env, at(everyone.states, 1), {
        signatureKeyPair,
      });
      await tell(everyone, 1, made);
    },
  ],
  [
    'the removal of who commits',
    async (everyone) => {
      await propose(everyone, 1, remove(0));
    },
  ],
  [
    'two who would have one key',
    async (everyone) => {
      const twin = await person('twin');
      for (let i = 0; i < 2; i++) await propose(everyone, 1, add((await keyPackageFor(twin)).keyPackage));
    },
  ],
];

describe('a stored proposal that cannot be committed is left out, and the others are not', () => {
  test.each(WEDGES)('%s', async (_, wedge) => {
    const everyone = await group(4);
    await propose(everyone, 2, remove(3));
    await wedge(everyone);
    const newcomer = await keyPackageFor(await person('newcomer'));
    await propose(everyone, 3, add(newcomer.keyPackage));
    const stored = at(everyone.states, 0).group.proposals;
    const made = await commit(everyone, 0);
    expect(made.staged.added.map(({ leaf }) => leaf.signatureKey)).toContainEqual(
      newcomer.keyPackage.leafNode.signatureKey,
    );
    const received = await receiveCommit(at(everyone.people, 1), at(everyone.states, 1), made.commit);
    expect(merged(received).group).toEqual(merged(made).group);
    // Control: all of them together are no commit.
    const references = stored.map(({ reference }) => reference);
    await expect(commit(everyone, 0, { references })).rejects.toThrow();
  });

  test('of two that contradict each other the later one, and a removal before an update', async () => {
    const everyone = await group(4);
    const first = await propose(everyone, 1, {
      proposalType: ProposalType.groupContextExtensions,
      extensions: [],
    });
    await propose(everyone, 1, remove(3));
    await tell(everyone, 3, await proposeUpdate(at(everyone.people, 3).env, at(everyone.states, 3)));
    const senders = Uint8Array.of(0);
    await propose(everyone, 2, requiring(5, senders));
    const made = await commit(everyone, 0);
    expect(made.staged.extensions).toEqual([{ extensionType: 5, extensionData: senders }]);
    expect(made.staged.removed.map(({ leafIndex }) => leafIndex)).toEqual([3]);
    expect((await commit(everyone, 0, { references: [first] })).staged.extensions).toEqual([]);
  });
});

describe('what is committed by choice', () => {
  test('is exactly what the references say', async () => {
    const everyone = await group(4);
    const reference = await propose(everyone, 1, remove(2));
    await propose(everyone, 1, remove(3));
    const made = await commit(everyone, 0, { references: [reference] });
    expect(made.staged.removed.map(({ leafIndex }) => leafIndex)).toEqual([2]);
    expect((await commit(everyone, 0, { references: [] })).staged.removed).toEqual([]);
    await expect(commit(everyone, 0, { references: [utf8('x')] })).rejects.toMatchObject({
      code: 'proposal-unknown',
    });
  });

  test('may be a stored reinitialisation, which is never taken along', async () => {
    const everyone = await group(2);
    const reference = await propose(everyone, 1, REINIT);
    expect((await commit(everyone, 0)).staged.reinit).toBeUndefined();
    const made = await commit(everyone, 0, { references: [reference] });
    expect(made.staged.reinit).toEqual(REINIT);
    const received = await receiveCommit(at(everyone.people, 1), at(everyone.states, 1), made.commit);
    expect(received.staged.reinit).toEqual(REINIT);
  });

  test('is called the first one of a group only in epoch 0', async () => {
    await expect(commit(await group(2), 0, { initial: true })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

describe('a proposal is refused', () => {
  test('whose group extensions cannot be read', async () => {
    const everyone = await group(2);
    await expect(propose(everyone, 0, requiring(3, utf8('x')))).rejects.toMatchObject({
      code: 'malformed-extension',
    });
    await propose(everyone, 0, requiring(3, Uint8Array.of(0, 0, 0)));
  });

  test('that adds who is a member, unless the removal of the leaf waits too', async () => {
    const everyone = await group(3);
    const again = add((await keyPackageFor(at(everyone.people, 2))).keyPackage);
    await expect(propose(everyone, 0, again)).rejects.toMatchObject({ code: 'already-member' });
    await propose(everyone, 0, remove(2));
    await propose(everyone, 0, again);
    const { staged } = await commit(everyone, 1);
    expect([staged.removed.length, staged.added.length]).toEqual([1, 1]);
  });

  test('beyond the bounds, of newcomers before that of members', async () => {
    const everyone = await group(2);
    const { env } = at(everyone.people, 0);
    let { group: at0 } = at(everyone.states, 0);
    const newcomer: Person = await person('newcomer');
    const followed = await followFromGroupInfo(env, await exportGroupInfo(env, at(everyone.states, 0)));
    const { bytes } = await proposeFromOutside(newcomer.env, followed, {
      proposal: add((await keyPackageFor(newcomer)).keyPackage),
      signatureKeyPair: newcomer.identity.signatureKeyPair,
    });
    const filler = (i: number) => Uint8Array.of(i >> 8, i);
    for (let i = 0; i < MOST_NEWCOMERS; i++) {
      const sender = { senderType: 'new_member_proposal' } as const;
      at0 = storeProposal(at0, { reference: filler(i), proposal: psk('x'), sender });
    }
    const full = { ...at(everyone.states, 0), group: at0 };
    await expect(processMessage(env, full, bytes)).rejects.toMatchObject({ code: 'proposals-too-many' });
    const mine = await createProposal(env, full, psk('mine'));
    for (let i = MOST_NEWCOMERS; i < MOST_PROPOSALS; i++) {
      const sender = { senderType: 'member', leafIndex: 1 } as const;
      at0 = storeProposal(at0, { reference: filler(i), proposal: psk('x'), sender });
    }
    const fuller = { ...at(everyone.states, 0), group: at0 };
    await expect(createProposal(env, fuller, psk('mine'))).rejects.toMatchObject({
      code: 'proposals-too-many',
    });
    // What is known already is not one more.
    expect(storeProposal(at0, at(at0.proposals, 0))).toBe(at0);
    expect(mine.state.group.proposals).toHaveLength(MOST_NEWCOMERS + 1);
  });
});

test('nothing is sent while proposals wait, unless it is asked for; what comes is read', async () => {
  const everyone = await group(3);
  const unaware = await encryptApplication(at(everyone.people, 1).env, at(everyone.states, 1), utf8('x'));
  await propose(everyone, 0, remove(2));
  const { env } = at(everyone.people, 0);
  const state = at(everyone.states, 0);
  await expect(encryptApplication(env, state, utf8('x'))).rejects.toMatchObject({
    code: 'proposals-pending',
  });
  await encryptApplication(env, state, utf8('x'), { despiteProposals: true });
  expect((await processMessage(env, state, unaware.bytes)).kind).toBe('application');
  await encryptApplication(env, merged(await commit(everyone, 0)), utf8('x'));
});
