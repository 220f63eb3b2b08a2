/** Stored states: snapshots, journals, versions and every truncation. */
import { expect, test } from 'vitest';
import {
  applyJournal,
  createCommit,
  decodeNextEpoch,
  decodePublicGroup,
  decodeState,
  encodeJournal,
  encodeNextEpoch,
  encodePublicGroup,
  encodeState,
  encryptApplication,
  epochAuthenticator,
  type GroupState,
  joinGroup,
  ProposalType,
  processMessage,
  proposeUpdate,
} from '../../src/index.ts';
import {
  at,
  commitAll,
  type Everyone,
  group,
  groupOf,
  keyPackageFor,
  merged,
  person,
  receiveCommit,
  utf8,
} from '../kit/seeded.ts';

test('a state that was stored and read goes on like the one in memory', async () => {
  const everyone = await group(5);
  await commitAll(everyone, 2, {});
  const stored = decodeState(encodeState(at(everyone.states, 1)));
  const created = await createCommit(at(everyone.people, 0).env, at(everyone.states, 0), {});
  const received = await receiveCommit(at(everyone.people, 1), stored, created.commit);
  expect(epochAuthenticator(merged(received))).toEqual(epochAuthenticator(merged(created)));
  expect(encodeState(stored)).toEqual(encodeState(at(everyone.states, 1)));
});

test('a staged commit and an own proposal survive a restart', async () => {
  const everyone = await group(3);
  const { env } = at(everyone.people, 0);
  const before = at(everyone.states, 0);
  const proposed = await proposeUpdate(env, before);
  const entry = encodeJournal(before, proposed.state);
  expect(applyJournal(before, entry)).toEqual(proposed.state);
  const created = await createCommit(env, before, { format: 'private' });
  const next = decodeNextEpoch(encodeNextEpoch(created.staged.next));
  const { state } = created;
  expect(encodeNextEpoch(next)).toEqual(encodeNextEpoch(created.staged.next));
  expect(epochAuthenticator(merged({ state, staged: { next } }))).toEqual(
    epochAuthenticator(merged(created)),
  );
  expect(() => decodeNextEpoch(encodeState(state))).toThrow(
    expect.objectContaining({ code: 'state-malformed' }),
  );
});

/** The first two members of a thousand: the founder, who added all others by one commit, and one of those. */
async function thousand(): Promise<Everyone> {
  const people = await Promise.all(Array.from({ length: 1000 }, (_, i) => person(`person-${i}`)));
  const [founder, other] = [at(people, 0), at(people, 1)];
  const bundles = await Promise.all(people.slice(1).map((each) => keyPackageFor(each)));
  const created = await createCommit(founder.env, await groupOf(founder), {
    proposals: bundles.map(({ keyPackage }) => ({ proposalType: ProposalType.add, keyPackage })),
    forcePath: true,
  });
  const { welcome } = created;
  if (welcome === undefined) throw new Error('no welcome');
  const joined = await joinGroup(other.env, { welcome, keyPackage: at(bundles, 0) });
  return { people: [founder, other], states: [merged(created), joined] };
}

/** How much an entry has, which leads to the state that it was written for. */
function written(before: GroupState, after: GroupState): number {
  const entry = encodeJournal(before, after);
  expect(encodeState(applyJournal(before, entry))).toEqual(encodeState(after));
  return entry.length;
}

test('a message or a commit in a group of 1,000 writes no more than a few kilobytes', async () => {
  const { people, states } = await thousand();
  const [reader, sender] = [at(people, 0), at(people, 1)];
  let [reading, sending]: GroupState[] = states;
  if (reading === undefined || sending === undefined) throw new Error('two states');
  expect(reading.group.tree.memberCount).toBe(1000);
  expect(encodeState(reading).length).toBeGreaterThan(100_000);
  expect(written(reading, reading)).toBeLessThan(40);
  for (const most of [1000, 200, 200]) {
    // The first one divides the secrets down to the leaf of its sender; later ones change that leaf alone.
    const sent = await encryptApplication(sender.env, sending, utf8('x'));
    const read = await processMessage(reader.env, reading, sent.bytes);
    expect(written(sending, sent.state)).toBeLessThan(most);
    expect(written(reading, read.state)).toBeLessThan(most);
    [reading, sending] = [read.state, sent.state];
  }
  // As many as may be skipped: their keys are kept, and that is the most that a message writes.
  let bytes = utf8('');
  for (let i = 0; i < 100; i++) {
    ({ bytes, state: sending } = await encryptApplication(sender.env, sending, utf8('x')));
  }
  const { state: late } = await processMessage(reader.env, reading, bytes);
  expect(written(reading, late)).toBeLessThan(3000);
  const created = await createCommit(sender.env, sending, {});
  const received = await receiveCommit(reader, late, created.commit);
  expect(written(sending, merged(created))).toBeLessThan(3000);
  // The skipped keys once more: the leaf that has them goes on without its handshake chain.
  expect(written(late, merged(received, reader.env))).toBeLessThan(5000);
});

test('an entry goes with the state that it was written against, and with no other of the same epoch', async () => {
  const { people, states } = await group(3);
  const { env } = at(people, 0);
  const first = at(states, 0);
  const sent = await encryptApplication(env, first, utf8('one'));
  const letter = await encryptApplication(at(people, 1).env, at(states, 1), utf8('from b'));
  const read = await processMessage(env, sent.state, letter.bytes);
  const proposed = await proposeUpdate(env, read.state);
  const [one, two, three] = [
    encodeJournal(first, sent.state),
    encodeJournal(sent.state, read.state),
    encodeJournal(read.state, proposed.state),
  ];
  const refused = expect.objectContaining({ code: 'state-malformed' });
  expect(() => applyJournal(first, two)).toThrow(refused);
  expect(() => applyJournal(first, three)).toThrow(refused);
  expect(() => applyJournal(sent.state, one)).toThrow(refused);
  expect(() => applyJournal(proposed.state, three)).toThrow(refused);
  // Control: in order, also from a stored state, they lead to the newest one.
  const last = [one, two, three].reduce(applyJournal, decodeState(encodeState(first)));
  expect(encodeState(last)).toEqual(encodeState(proposed.state));
});

test('as many past epochs as the setting says are stored', async () => {
  const everyone = await group(2, 1, {}, { retention: { pastEpochs: 300 } });
  for (let i = 0; i < 257; i++) await commitAll(everyone, i % 2, {});
  const state = at(everyone.states, 0);
  expect(state.pastEpochs).toHaveLength(258);
  const entry = encodeJournal(state, { ...state, pastEpochs: [...state.pastEpochs] });
  expect(applyJournal(decodeState(encodeState(state)), entry).pastEpochs).toHaveLength(258);
});

test('every truncation, a flipped header and another version are refused with a code', async () => {
  const { states } = await group(2);
  const bytes = encodeState(at(states, 0));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeState(bytes.subarray(0, length))).toThrow(
      expect.objectContaining({ code: 'state-malformed' }),
    );
  }
  for (const [version, code] of [
    [99, 'state-version'],
    [1, 'state-older'],
  ] as const) {
    const other = bytes.slice();
    other[3] = version;
    expect(() => decodeState(other)).toThrow(expect.objectContaining({ code }));
  }
  const publicBytes = encodePublicGroup(at(states, 0).group);
  expect(encodePublicGroup(decodePublicGroup(publicBytes))).toEqual(publicBytes);
  expect(() => decodePublicGroup(bytes)).toThrow(expect.objectContaining({ code: 'state-malformed' }));
});
