/** What of the keys of messages a state keeps, for how long, and what of it leads to others. */
import { expect, test } from 'vitest';
import {
  type ActiveGroup,
  decodeState,
  encodeState,
  type GroupState,
  MlsError,
  processMessage,
} from '../../src/index.ts';
import type { SecretCell } from '../../src/secrets/secret-tree.ts';
import { at, commitAll, group, letters, text } from '../kit/seeded.ts';
import { expectNothingStolen, type Intercepted, intercept, stolen } from '../kit/thief.ts';

test('a copy of the reader opens nothing that was read, and a copy of the sender nothing that was sent', async () => {
  const everyone = await group(3);
  const sent = await letters(6, everyone, 0);
  const reader = at(everyone.people, 1);
  const read: Uint8Array[] = [];
  const opened: Intercepted[] = [];
  let state: GroupState = at(everyone.states, 1);
  for (const bytes of [sent[3], sent[0], sent[5], sent[1]]) {
    if (bytes === undefined) throw new Error('no letter');
    state = (await processMessage(reader.env, state, bytes)).state;
    read.push(bytes);
    opened.push(await intercept(reader.env, at(everyone.states, 1), bytes));
    await expectNothingStolen(reader.env, state, opened);
    const copy = decodeState(encodeState(state));
    for (const former of read) {
      await expect(processMessage(reader.env, copy, former)).rejects.toMatchObject({
        code: 'generation-consumed',
      });
    }
  }
  // Control: the others wait, and those that were skipped do so with keys of their own.
  const late = await Promise.all(sent.map((bytes) => intercept(reader.env, state, bytes)));
  expect(await stolen(reader.env, state, late)).toEqual([2, 4]);
  await expectNothingStolen(reader.env, at(everyone.states, 0), late);
  // The sender's own copy, made to pass for a reader's: its chain is beyond what was sent.
  const sender: GroupState = { ...at(everyone.states, 0), ownLeaf: 2 };
  for (const bytes of sent) {
    await expect(processMessage(reader.env, sender, bytes)).rejects.toMatchObject({
      code: 'generation-consumed',
    });
  }
});

test('a skipped generation leaves its own key and nonce, and nothing that leads to others', async () => {
  const everyone = await group(2);
  const sent = await letters(5, everyone, 0);
  const reader = at(everyone.people, 1);
  const { state } = await processMessage(reader.env, at(everyone.states, 1), at(sent, 3));
  const leaf = findLeaf((state as ActiveGroup).secretTree.root, 0, (state as ActiveGroup).secretTree.level);
  const chain = leaf?.kind === 'leaf' ? leaf.application : undefined;
  expect(chain?.skipped.map((key) => Object.keys(key).sort())).toEqual(
    Array.from({ length: 3 }, () => ['generation', 'key', 'nonce']),
  );
  // What a thief of generations 0 to 2 holds: the chain itself taken away, later letters stay closed.
  const withoutChain = { ...(state as ActiveGroup), secretTree: { level: 1, root: undefined } };
  await expect(processMessage(reader.env, withoutChain, at(sent, 4))).rejects.toBeInstanceOf(MlsError);
  const late = await processMessage(reader.env, state, at(sent, 1));
  expect(late.kind === 'application' && text(late.data)).toBe('1');
});

function findLeaf(cell: SecretCell | undefined, leaf: number, level: number): SecretCell | undefined {
  if (cell?.kind !== 'fork') return cell;
  const half = 2 ** (level - 1);
  return leaf < half ? findLeaf(cell.left, leaf, level - 1) : findLeaf(cell.right, leaf - half, level - 1);
}

test('the windows of past epochs and skipped generations are kept, and can be set', async () => {
  const retention = { pastEpochs: 1, skippedGenerations: 2, forwardGenerations: 4, resumptionEpochs: 1 };
  const everyone = await group(2, 1, {}, { retention });
  const reader = at(everyone.people, 1);
  const sent = await letters(9, everyone, 0);
  await expect(processMessage(reader.env, at(everyone.states, 1), at(sent, 8))).rejects.toMatchObject({
    code: 'generation-too-far',
  });
  const received = await processMessage(reader.env, at(everyone.states, 1), at(sent, 4));
  if (received.state.status === 'active') everyone.states[1] = received.state;
  await expect(processMessage(reader.env, received.state, at(sent, 0))).rejects.toMatchObject({
    code: 'generation-consumed',
  });
  await commitAll(everyone, 1, {});
  const late = await processMessage(reader.env, at(everyone.states, 1), at(sent, 3));
  expect(late.kind).toBe('application');
  expect(at(everyone.states, 1).pastEpochs).toHaveLength(1);
  await commitAll(everyone, 0, {});
  await expect(processMessage(reader.env, at(everyone.states, 1), at(sent, 2))).rejects.toMatchObject({
    code: 'epoch-forgotten',
  });
  expect(at(everyone.states, 1).resumption).toHaveLength(1);
});

test('a past epoch keeps no handshake chain that was begun, and nothing of the own one', async () => {
  const everyone = await group(4);
  await letters(2, everyone, 1);
  await commitAll(everyone, 0, { format: 'private' });
  for (const [own, state] of everyone.states.entries()) {
    const [past] = state.pastEpochs;
    if (past === undefined) throw new Error('no past epoch');
    expect(findLeaf(past.secretTree.root, own, past.secretTree.level)).toBeUndefined();
    const committer = findLeaf(past.secretTree.root, 0, past.secretTree.level);
    if (committer?.kind === 'leaf') expect(committer.handshake).toBeUndefined();
  }
});
