/** From a full copy of the state after each step, nothing that was read or sent before can be read. */
import { describe, expect, test } from 'vitest';
import {
  type ActiveGroup,
  createCommit,
  createProposal,
  decodeState,
  encodeState,
  encryptApplication,
  exportGroupInfo,
  type GroupState,
  joinByExternalCommit,
  joinGroup,
  MlsError,
  mergeCommit,
  ProposalType,
  processMessage,
  type StagedCommit,
} from '../../src/index.ts';
import type { SecretCell } from '../../src/secrets/secret-tree.ts';
import { at, commitAll, group, keyPackageFor, type Person, person, text, utf8 } from '../kit/seeded.ts';
import { expectNothingStolen, stolen } from '../kit/thief.ts';

async function letters(
  count: number,
  everyone: Awaited<ReturnType<typeof group>>,
  sender: number,
): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const sent = await encryptApplication(
      at(everyone.people, sender).env,
      at(everyone.states, sender),
      utf8(`${i}`),
    );
    everyone.states[sender] = sent.state;
    out.push(sent.bytes);
  }
  return out;
}

test('a copy of the reader opens nothing that was read, and a copy of the sender nothing that was sent', async () => {
  const everyone = await group(3);
  const sent = await letters(6, everyone, 0);
  const reader = at(everyone.people, 1);
  const read: Uint8Array[] = [];
  let state: GroupState = at(everyone.states, 1);
  for (const bytes of [sent[3], sent[0], sent[5], sent[1]]) {
    if (bytes === undefined) throw new Error('no letter');
    state = (await processMessage(reader.env, state, bytes)).state;
    read.push(bytes);
    const copy = decodeState(encodeState(state));
    for (const former of read) {
      await expect(processMessage(reader.env, copy, former)).rejects.toMatchObject({
        code: 'generation-consumed',
      });
    }
  }
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

/** A client whose state is stolen after each step; what it has read or sent must not open with any copy. */
class Watched {
  readonly #who: Person;
  readonly #used: Uint8Array[] = [];
  state: GroupState;

  constructor(who: Person, state: GroupState) {
    this.#who = who;
    this.state = state;
  }

  async step(state: GroupState, ...used: readonly Uint8Array[]): Promise<void> {
    this.state = state;
    this.#used.push(...used);
    await expectNothingStolen(this.#who.env, state, this.#used);
  }

  async read(bytes: Uint8Array): Promise<void> {
    const { state } = await processMessage(this.#who.env, this.state, bytes);
    await this.step(state, bytes);
  }

  async send(words: string): Promise<Uint8Array> {
    const { bytes, state } = await encryptApplication(this.#who.env, this.state, utf8(words));
    await this.step(state, bytes);
    return bytes;
  }

  /** Stages another's commit; the state without its key, if it was private, is the one that goes on. */
  async stage(commit: Uint8Array): Promise<StagedCommit> {
    const received = await processMessage(this.#who.env, this.state, commit);
    if (received.kind !== 'commit') throw new Error('a commit');
    await this.step(received.state);
    return received.staged;
  }

  async merge(staged: StagedCommit): Promise<void> {
    await this.step(mergeCommit(this.#who.env, this.state, staged));
  }
}

describe('from a copy of the state after each step nothing opens that was read or sent', () => {
  test.each(['public', 'private'] as const)(
    'read and sent between staging and merging a %s commit',
    async (format) => {
      const { people, states } = await group(3);
      const [alice, bob, carol] = states.map((state, i) => new Watched(at(people, i), state));
      if (alice === undefined || bob === undefined || carol === undefined) throw new Error('three');
      const [early, between, late] = [await bob.send('0'), await bob.send('1'), await bob.send('2')];
      await alice.read(early);
      const made = await createCommit(at(people, 2).env, carol.state, { format });
      await carol.step(made.state);
      const staged = await alice.stage(made.commit);
      const before = alice.state;
      await alice.read(between);
      await alice.send('mine');
      await alice.merge(staged);
      await carol.read(early);
      await carol.merge(made.staged);
      await alice.read(late);
      await carol.read(late);
      await carol.read(between);
      // Control: merged into the state of before, the letter that was read meanwhile opens again.
      const careless = mergeCommit(at(people, 0).env, before, staged);
      expect(await stolen(at(people, 0).env, careless, [early, between])).toEqual([1]);
    },
  );

  test('late, over several epochs, and after an external commit', async () => {
    const everyone = await group(3);
    const { people, states } = everyone;
    const alice = new Watched(at(people, 0), at(states, 0));
    const sent = await letters(4, everyone, 1);
    await alice.read(at(sent, 2));
    for (const committer of [1, 2]) {
      const { env } = at(people, committer);
      const made = await createCommit(env, at(states, committer), { format: 'private' });
      const staged = await alice.stage(made.commit);
      await alice.read(at(sent, committer - 1));
      await alice.merge(staged);
      for (const i of [1, 2]) {
        const received =
          i === committer ? made : await processMessage(at(people, i).env, at(states, i), made.commit);
        if (!('staged' in received)) throw new Error('a commit');
        const state = mergeCommit(at(people, i).env, received.state, received.staged);
        if (state.status === 'active') states[i] = state;
      }
    }
    const newcomer = await person('newcomer');
    const groupInfo = await exportGroupInfo(at(people, 1).env, at(states, 1));
    const joined = await joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo });
    const dave = new Watched(newcomer, joined.staged.state);
    const mine = await alice.send('before');
    const staged = await alice.stage(joined.commit);
    await alice.read(at(sent, 3));
    await alice.merge(staged);
    await dave.step(dave.state, ...sent, mine);
    await dave.read(await alice.send('after'));
    await alice.read(await dave.send('hello'));
  });

  test('private handshakes: their keys are gone once they were sent or read', async () => {
    const { people, states } = await group(3);
    const [alice, bob] = [
      new Watched(at(people, 0), at(states, 0)),
      new Watched(at(people, 1), at(states, 1)),
    ];
    const remove = { proposalType: ProposalType.remove, removed: 2 } as const;
    const made = await createProposal(at(people, 1).env, bob.state, remove, { format: 'private' });
    await bob.step(made.state, made.bytes);
    const before = alice.state;
    await alice.read(made.bytes);
    // Control: the state of before opens it.
    expect(await stolen(at(people, 0).env, before, [made.bytes])).toEqual([0]);
  });

  test('joining: a newcomer opens nothing of before', async () => {
    const everyone = await group(2);
    const sent = await letters(2, everyone, 0);
    const newcomer = await person('newcomer');
    const keyPackage = await keyPackageFor(newcomer);
    const { welcome } = await commitAll(everyone, 1, {
      proposals: [{ proposalType: ProposalType.add, keyPackage: keyPackage.keyPackage }],
    });
    if (welcome === undefined) throw new Error('somebody was added');
    const dave = new Watched(newcomer, await joinGroup(newcomer.env, { welcome, keyPackage }));
    await dave.step(dave.state, ...sent);
    for (const bytes of await letters(2, everyone, 0)) await dave.read(bytes);
  });
});
