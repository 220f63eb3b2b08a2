/** RFC 9420, sections 7.3, 7.5 and 12.4.2: whole commits of a member whose keys are not those of its secrets. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createCommit,
  exportGroupInfo,
  followFromGroupInfo,
  followMessage,
  processMessage,
} from '../../src/index.ts';
import { withKeyPair } from '../kit/altered.ts';
import { at, type Everyone, group, receiveCommit } from '../kit/seeded.ts';

let everyone: Everyone;

beforeAll(async () => {
  everyone = await group(4);
});

/** A commit of member 0, complete and consistent, that announces `publicKey` for the root. */
async function announcing(publicKey: Uint8Array): Promise<Uint8Array> {
  const { env } = at(everyone.people, 0);
  const provider = withKeyPair(1, (pair) => ({ ...pair, publicKey }));
  return (await createCommit({ ...env, provider }, at(everyone.states, 0), {})).commit;
}

describe('a path is refused', () => {
  test('whose secret does not yield the announced key (path-key-mismatch)', async () => {
    const { env } = at(everyone.people, 3);
    const bytes = await announcing(env.random(32));
    await expect(processMessage(env, at(everyone.states, 3), bytes)).rejects.toMatchObject({
      code: 'path-key-mismatch',
    });
  });

  test('with a key of small order, also by who has no secret (weak-encryption-key)', async () => {
    const { env } = at(everyone.people, 3);
    const bytes = await announcing(new Uint8Array(32));
    const refused = { code: 'weak-encryption-key' };
    await expect(processMessage(env, at(everyone.states, 3), bytes)).rejects.toMatchObject(refused);
    const followed = await followFromGroupInfo(env, await exportGroupInfo(env, at(everyone.states, 3)));
    await expect(followMessage(env, followed, bytes)).rejects.toMatchObject(refused);
  });

  test('by who lost every key to which its secret is encrypted (path-undecryptable)', async () => {
    const state = at(everyone.states, 3);
    const { commit } = await createCommit(at(everyone.people, 0).env, at(everyone.states, 0), {});
    const { env } = at(everyone.people, 3);
    await expect(processMessage(env, { ...state, pathKeys: new Map() }, commit)).rejects.toMatchObject({
      code: 'path-undecryptable',
    });
    expect((await receiveCommit(at(everyone.people, 3), state, commit)).kind).toBe('commit');
  });
});
