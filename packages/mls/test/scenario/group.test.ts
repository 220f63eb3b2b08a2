import { describe, expect, test } from 'vitest';
import {
  createCommit,
  createProposal,
  encryptApplication,
  epochAuthenticator,
  exportGroupInfo,
  exportSecret,
  HYBRID_SUITE_ID,
  joinByExternalCommit,
  joinGroup,
  members,
  mergeCommit,
  ProposalType,
  processMessage,
  proposeUpdate,
} from '../../src/index.ts';
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

function allAgree(states: readonly Parameters<typeof epochAuthenticator>[0][]): void {
  const first = epochAuthenticator(at(states, 0));
  for (const state of states) expect(epochAuthenticator(state)).toEqual(first);
}

describe.each([1, 2, 3, 4, 5, 6, 7, HYBRID_SUITE_ID])('suite %i', (suite) => {
  test('three people join, talk, commit and leave', async () => {
    const everyone = await group(3, suite);
    allAgree(everyone.states);
    const sent = await encryptApplication(at(everyone.people, 0).env, at(everyone.states, 0), utf8('hello'));
    everyone.states[0] = sent.state;
    const received = await processMessage(at(everyone.people, 1).env, at(everyone.states, 1), sent.bytes);
    expect(received.kind === 'application' && text(received.data)).toBe('hello');
    await commitAll(everyone, 1, {});
    allAgree(everyone.states);
    await commitAll(everyone, 2, { proposals: [{ proposalType: ProposalType.remove, removed: 0 }] });
    allAgree(everyone.states.slice(1));
    expect(members(at(everyone.states, 1))).toHaveLength(2);
  });
});

test('a private commit and private proposals work like public ones', async () => {
  const everyone = await group(4);
  const proposer = at(everyone.people, 3);
  const update = await proposeUpdate(proposer.env, at(everyone.states, 3), {}, { format: 'private' });
  everyone.states[3] = update.state;
  for (const i of [0, 1, 2]) {
    const received = await processMessage(at(everyone.people, i).env, at(everyone.states, i), update.bytes);
    if (received.kind === 'proposal' && received.state.status === 'active')
      everyone.states[i] = received.state;
  }
  await commitAll(everyone, 0, { format: 'private' });
  allAgree(everyone.states);
  await commitAll(everyone, 3, {});
  allAgree(everyone.states);
});

test('a member changes its signature key and credential in a commit and in an update', async () => {
  const everyone = await group(3);
  const renewed = await person('renewed');
  const created = await commitAll(everyone, 1, { identity: renewed.identity });
  expect(created.welcome).toBeUndefined();
  allAgree(everyone.states);
  expect(at(members(at(everyone.states, 0)), 1).leaf.signatureKey).toEqual(
    renewed.identity.signatureKeyPair.publicKey,
  );
  const other = await person('other');
  const update = await proposeUpdate(at(everyone.people, 2).env, at(everyone.states, 2), other.identity);
  everyone.states[2] = update.state;
  for (const i of [0, 1]) {
    const received = await processMessage(at(everyone.people, i).env, at(everyone.states, i), update.bytes);
    if (received.kind === 'proposal' && received.state.status === 'active')
      everyone.states[i] = received.state;
  }
  await commitAll(everyone, 0, {});
  allAgree(everyone.states);
  const sent = await encryptApplication(at(everyone.people, 2).env, at(everyone.states, 2), utf8('me again'));
  const received = await processMessage(at(everyone.people, 1).env, at(everyone.states, 1), sent.bytes);
  expect(received.kind === 'application' && received.sender.credential).toEqual(other.identity.credential);
});

test('a newcomer joins by external commit, and a member replaces its own lost leaf', async () => {
  const everyone = await group(3);
  const newcomer = await person('newcomer');
  const info = await exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0));
  const joined = await joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo: info });
  for (const i of [0, 1, 2]) {
    const received = await receiveCommit(at(everyone.people, i), at(everyone.states, i), joined.commit);
    expect(received.staged.added).toHaveLength(1);
    everyone.states[i] = merged(received);
  }
  allAgree([...everyone.states, joined.staged.state]);
  const lost = at(everyone.people, 1);
  const again = await joinByExternalCommit(lost.env, {
    ...lost.identity,
    groupInfo: await exportGroupInfo(newcomer.env, joined.staged.state),
    isFormerLeaf: ({ leafIndex }) => leafIndex === 1,
  });
  const states = [again.staged.state];
  for (const i of [0, 2]) {
    const received = await receiveCommit(at(everyone.people, i), at(everyone.states, i), again.commit);
    expect(received.staged.removed.map(({ leafIndex }) => leafIndex)).toEqual([1]);
    states.push(merged(received));
  }
  allAgree(states);
});

test('who is removed gets a staged commit that says so, and a closed group', async () => {
  const everyone = await group(2);
  const created = await createCommit(at(everyone.people, 0).env, at(everyone.states, 0), {
    proposals: [{ proposalType: ProposalType.remove, removed: 1 }],
  });
  const { env } = at(everyone.people, 1);
  const received = await receiveCommit(at(everyone.people, 1), at(everyone.states, 1), created.commit);
  expect(received.staged.selfRemoved).toBe(true);
  const closed = mergeCommit(env, received.state, received.staged);
  expect(closed.status).toBe('removed');
  await expect(encryptApplication(env, closed, utf8('x'))).rejects.toMatchObject({ code: 'group-closed' });
});

test('group-context extensions are replaced, and exporters agree', async () => {
  const capabilities = { extensions: [10, 0xf0a0] };
  const everyone = await group(2, 1, { capabilities });
  const extension = { extensionType: 0xf0a0, extensionData: utf8('roles') };
  await commitAll(everyone, 1, {
    proposals: [{ proposalType: ProposalType.groupContextExtensions, extensions: [extension] }],
  });
  const exported = everyone.states.map((state) =>
    exportSecret(at(everyone.people, 0).env, state, 'calls', utf8('x'), 40),
  );
  expect(exported[0]).toEqual(exported[1]);
  expect(exported[0]).toHaveLength(40);
  expect(at(everyone.states, 0).group.context.extensions).toEqual([extension]);
});

test('a proposal by reference to add someone is committed by another member', async () => {
  const everyone = await group(2);
  const third = await person('third');
  const bundle = await keyPackageFor(third);
  const add = { proposalType: ProposalType.add, keyPackage: bundle.keyPackage } as const;
  const proposed = await createProposal(at(everyone.people, 0).env, at(everyone.states, 0), add);
  everyone.states[0] = proposed.state;
  const received = await processMessage(at(everyone.people, 1).env, at(everyone.states, 1), proposed.bytes);
  if (received.kind === 'proposal' && received.state.status === 'active') everyone.states[1] = received.state;
  const { welcome } = await commitAll(everyone, 1, {});
  if (welcome === undefined) throw new Error('no welcome');
  const joined = await joinGroup(third.env, { welcome, keyPackage: bundle });
  allAgree([...everyone.states, joined]);
});
