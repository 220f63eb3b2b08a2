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
  processMessage,
  proposeUpdate,
} from '../../src/index.ts';
import { at, commitAll, group, merged, receiveCommit, utf8 } from '../kit/seeded.ts';

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
  const person = at(everyone.people, 0);
  const before = at(everyone.states, 0);
  const proposed = await proposeUpdate(person.env, before);
  const entry = encodeJournal(before, proposed.state);
  expect(applyJournal(before, entry)).toEqual(proposed.state);
  const created = await createCommit(person.env, before, { format: 'private' });
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

test('sending a message writes less than a kilobyte', async () => {
  const everyone = await group(2);
  const state = at(everyone.states, 0);
  const sent = await encryptApplication(at(everyone.people, 0).env, state, utf8('x'));
  expect(encodeJournal(state, sent.state).length).toBeLessThan(1000);
  expect(encodeJournal(state, state).length).toBeLessThan(40);
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
