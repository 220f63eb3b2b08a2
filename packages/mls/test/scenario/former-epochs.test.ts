/** What is left of an epoch that is over, and which epoch a commit may end. */
import { expect, it } from 'vitest';
import { createCommit, encryptApplication, mergeCommit, processMessage } from '../../src/index.ts';
import { leafRatchets } from '../../src/secrets/secret-tree.ts';
import { at, group, merged, receiveCommit, utf8 } from '../kit/seeded.ts';

it('a late message begins no handshake chain of its sender in its former epoch', async () => {
  const { people, states } = await group(3);
  const [alice, bob, carol] = [at(people, 0), at(people, 1), at(people, 2)];
  const late = await encryptApplication(alice.env, at(states, 0), utf8('late'));
  const { commit } = await createCommit(carol.env, at(states, 2), { forcePath: true });
  const next = merged(await receiveCommit(bob, at(states, 1), commit), bob.env);
  const { state } = await processMessage(bob.env, next, late.bytes);
  const { context, secretTree } = at(state.pastEpochs, 0);
  const suite = bob.env.provider.suite(context.cipherSuite);
  if (suite === undefined) throw new TypeError('no such suite');
  const { handshake, application } = leafRatchets(suite, secretTree, 0);
  expect({ handshake, generation: application?.generation }).toEqual({
    handshake: undefined,
    generation: 1,
  });
});

it('a commit is merged with the epoch that it was made in, and not with another of its number', async () => {
  const { people, states } = await group(3);
  const carol = at(people, 2);
  const rivals = [0, 1].map((i) => createCommit(at(people, i).env, at(states, i), { forcePath: true }));
  const [one, other] = await Promise.all(
    rivals.map(async (rival) =>
      merged(await receiveCommit(carol, at(states, 2), (await rival).commit), carol.env),
    ),
  );
  if (one === undefined || other === undefined) throw new TypeError('two futures');
  expect(other.group.context.epoch).toBe(one.group.context.epoch);
  const { staged } = await createCommit(carol.env, one, { forcePath: true });
  expect(() => mergeCommit(carol.env, other, staged)).toThrow(
    expect.objectContaining({ code: 'wrong-epoch' }),
  );
  expect(mergeCommit(carol.env, one, staged).group.context.epoch).toBe(one.group.context.epoch + 1n);
});
