/** The secret tree as records that are replaced one by one. */
import { expect, test } from 'vitest';
import {
  type ActiveGroup,
  decodeSecretPages,
  encodeSecretPages,
  encodeState,
  encryptApplication,
  type SecretPages,
  withoutSecretTree,
} from '../../src/index.ts';
import { secretTree } from '../../src/secrets/secret-tree.ts';
import { at, commitAll, group, pick, seededRandom, utf8 } from '../kit/seeded.ts';

const sizeOf = (pages: SecretPages): number =>
  [...pages.values()].reduce((sum, bytes) => sum + bytes.length, 0);

test.each([0, 1, 4, 5, 9])('a tree of height %i is what its pages say, whoever speaks', async (level) => {
  const { people, states } = await group(1);
  const { env } = at(people, 0);
  const random = seededRandom(`height ${level}`);
  let state: ActiveGroup = { ...at(states, 0), secretTree: secretTree(random(32), level) };
  const pages = new Map(encodeSecretPages(state));
  for (let i = 0; i < 60; i++) {
    const before = state;
    const speaker = { ...state, ownLeaf: pick(random, 2 ** level) };
    const sent = await encryptApplication(env, speaker, utf8('x'));
    state = { ...sent.state, ownLeaf: 0 };
    for (const [place, bytes] of encodeSecretPages(state, before)) pages.set(place, bytes);
    expect(pages).toEqual(new Map(encodeSecretPages(state)));
    const read = decodeSecretPages(withoutSecretTree(state), pages);
    expect(encodeState(read)).toEqual(encodeState(state));
  }
});

test('a message changes one page when its sender has spoken before, and the top besides when not', async () => {
  const { people, states } = await group(1);
  const { env } = at(people, 0);
  const state: ActiveGroup = { ...at(states, 0), secretTree: secretTree(seededRandom('tree')(32), 10) };
  const first = await encryptApplication(env, state, utf8('x'));
  const second = await encryptApplication(env, first.state, utf8('x'));
  expect([...encodeSecretPages(first.state, state).keys()]).toEqual([0, 1]);
  expect([...encodeSecretPages(second.state, first.state).keys()]).toEqual([1]);
  expect(sizeOf(encodeSecretPages(second.state, first.state))).toBeLessThan(500);
});

test('a page goes with its own epoch, place and state only', async () => {
  const everyone = await group(2);
  const sent = await encryptApplication(at(everyone.people, 0).env, at(everyone.states, 0), utf8('x'));
  const pages = encodeSecretPages(sent.state);
  const [top, page] = [pages.get(0), pages.get(1)];
  if (top === undefined || page === undefined) throw new Error('two pages');
  const refused = expect.objectContaining({ code: 'state-malformed' });
  const fixed = withoutSecretTree(sent.state);
  expect(() => decodeSecretPages(fixed, new Map([[0, top]]))).toThrow(refused);
  expect(() => decodeSecretPages(fixed, new Map([[1, page]]))).toThrow(refused);
  expect(() =>
    decodeSecretPages(
      fixed,
      new Map([
        [0, page],
        [1, top],
      ]),
    ),
  ).toThrow(refused);
  await commitAll(everyone, 0, {});
  expect(() => decodeSecretPages(withoutSecretTree(at(everyone.states, 0)), pages)).toThrow(refused);
  // Control: the state that they were written for.
  expect(encodeState(decodeSecretPages(fixed, pages))).toEqual(encodeState(sent.state));
});
