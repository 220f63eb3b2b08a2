/** Stored states: snapshots, journals, versions and every truncation. */
import { expect, test } from 'vitest';
import {
  applyJournal,
  createCommit,
  decodePublicGroup,
  decodeState,
  encodeJournal,
  encodePublicGroup,
  encodeState,
  encryptApplication,
  epochAuthenticator,
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

test('a staged commit and an own proposal survive a restart as journal entries', async () => {
  const everyone = await group(3);
  const person = at(everyone.people, 0);
  const before = at(everyone.states, 0);
  const proposed = await proposeUpdate(person.env, before);
  const entry = encodeJournal(before, proposed.state);
  expect(applyJournal(before, entry)).toEqual(proposed.state);
  const created = await createCommit(person.env, before, { format: 'private' });
  const staged = applyJournal(created.state, encodeJournal(created.state, created.staged.state));
  expect(epochAuthenticator(staged)).toEqual(epochAuthenticator(merged(created)));
});

test('sending a message in a group of a hundred writes less than a kilobyte', async () => {
  const everyone = await group(2);
  const state = at(everyone.states, 0);
  const sent = await encryptApplication(at(everyone.people, 0).env, state, utf8('x'));
  expect(encodeJournal(state, sent.state).length).toBeLessThan(1000);
  expect(encodeJournal(state, state).length).toBeLessThan(40);
});

test('every truncation, a flipped header and another version are refused with a code', async () => {
  const { states } = await group(2);
  const bytes = encodeState(at(states, 0));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeState(bytes.subarray(0, length))).toThrow(
      expect.objectContaining({ code: 'state-malformed' }),
    );
  }
  const newer = bytes.slice();
  newer[3] = 99;
  expect(() => decodeState(newer)).toThrow(expect.objectContaining({ code: 'state-version' }));
  const publicBytes = encodePublicGroup(at(states, 0).group);
  expect(encodePublicGroup(decodePublicGroup(publicBytes))).toEqual(publicBytes);
  expect(() => decodePublicGroup(bytes)).toThrow(expect.objectContaining({ code: 'state-malformed' }));
});
