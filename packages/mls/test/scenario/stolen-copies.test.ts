/** A thief copies the state after each step, and tries all that follows from it on what was read or sent before. */
import { describe, expect, test } from 'vitest';
import {
  type ActiveGroup,
  type CreatedCommit,
  createCommit,
  createProposal,
  decodeMessage,
  encryptApplication,
  exportGroupInfo,
  type GroupState,
  joinByExternalCommit,
  joinGroup,
  mergeCommit,
  ProposalType,
  processMessage,
  type StagedCommit,
  WireFormat,
} from '../../src/index.ts';
import { at, commitAll, group, keyPackageFor, letters, type Person, person, utf8 } from '../kit/seeded.ts';
import { expectNothingStolen, type Intercepted, intercept, opensWelcome, stolen } from '../kit/thief.ts';

/** A client whose state is stolen after each step; what it has read or sent must not open with any copy. */
class Watched {
  readonly #who: Person;
  readonly #used: Intercepted[] = [];
  state: GroupState;

  constructor(who: Person, state: GroupState) {
    this.#who = who;
    this.state = state;
  }

  async step(state: GroupState, ...used: readonly Intercepted[]): Promise<void> {
    this.state = state;
    this.#used.push(...used);
    await expectNothingStolen(this.#who.env, state, this.#used);
  }

  /** A step that uses `bytes`, of an epoch that is known before it. */
  async use(state: GroupState, bytes: Uint8Array): Promise<void> {
    await this.step(state, await intercept(this.#who.env, this.state, bytes));
  }

  async read(bytes: Uint8Array): Promise<void> {
    const { state } = await processMessage(this.#who.env, this.state, bytes);
    await this.use(state, bytes);
  }

  async send(words: string): Promise<Uint8Array> {
    const { bytes, state } = await encryptApplication(this.#who.env, this.state, utf8(words));
    await this.use(state, bytes);
    return bytes;
  }

  /** Makes a commit, which it does not merge yet. */
  async commit(format: 'public' | 'private'): Promise<CreatedCommit> {
    const made = await createCommit(this.#who.env, this.state, { format });
    if (format === 'private') await this.use(made.state, made.commit);
    else await this.step(made.state);
    return made;
  }

  /** Stages another's commit; the state without its key, if it was private, is the one that goes on. */
  async stage(commit: Uint8Array): Promise<StagedCommit> {
    const received = await processMessage(this.#who.env, this.state, commit);
    if (received.kind !== 'commit') throw new Error('a commit');
    const isPrivate = decodeMessage(commit)?.wireFormat === WireFormat.privateMessage;
    if (isPrivate) await this.use(received.state, commit);
    else await this.step(received.state);
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
      const made = await carol.commit(format);
      const unread = alice.state;
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
      const { env } = at(people, 0);
      const [first, second] = [await intercept(env, before, early), await intercept(env, before, between)];
      const careless = mergeCommit(env, before, staged);
      expect(await stolen(env, careless, [first, second])).toEqual([1]);
      // Control: and the state before it was staged opens a private commit.
      const sealed = format === 'private' ? [await intercept(env, unread, made.commit)] : [];
      expect(await stolen(env, unread, sealed)).toEqual(format === 'private' ? [0] : []);
    },
  );

  test('late, over several epochs, and after an external commit', async () => {
    const everyone = await group(3);
    const { people, states } = everyone;
    const alice = new Watched(at(people, 0), at(states, 0));
    const sent = await letters(4, everyone, 1);
    const old = await Promise.all(sent.map((bytes) => intercept(at(people, 0).env, alice.state, bytes)));
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
    const mine = await intercept(at(people, 0).env, alice.state, await alice.send('before'));
    const staged = await alice.stage(joined.commit);
    await alice.read(at(sent, 3));
    await alice.merge(staged);
    await dave.step(dave.state, ...old, mine);
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
    await bob.use(made.state, made.bytes);
    const before = alice.state;
    await alice.read(made.bytes);
    // Control: the state of before opens it.
    const { env } = at(people, 0);
    expect(await stolen(env, before, [await intercept(env, before, made.bytes)])).toEqual([0]);
  });

  test('a past epoch leads to the handshakes that never came, and to none that was processed', async () => {
    const { people, states } = await group(5);
    const { env } = at(people, 0);
    const alice = new Watched(at(people, 0), at(states, 0));
    const remove = { proposalType: ProposalType.remove, removed: 4 } as const;
    const propose = async (by: number): Promise<Uint8Array> =>
      (await createProposal(at(people, by).env, at(states, by), remove, { format: 'private' })).bytes;
    const [came, neverCame] = [await propose(1), await propose(2)];
    await alice.read(came);
    const kept = await Promise.all([came, neverCame].map((bytes) => intercept(env, alice.state, bytes)));
    const made = await createCommit(at(people, 3).env, at(states, 3), { format: 'private' });
    await alice.merge(await alice.stage(made.commit));
    expect(await stolen(env, alice.state, kept)).toEqual([1]);
    // Until its epoch is forgotten.
    for (let i = 0; i < 3; i++) await alice.merge((await alice.commit('private')).staged);
    expect(await stolen(env, alice.state, kept)).toEqual([]);
  });

  test('joining: a newcomer opens nothing of before', async () => {
    const everyone = await group(2);
    const sent = await letters(2, everyone, 0);
    const newcomer = await person('newcomer');
    const { env } = at(everyone.people, 1);
    const { initSecret } = at(everyone.states, 1).secrets;
    const before = await Promise.all(sent.map((bytes) => intercept(env, at(everyone.states, 1), bytes)));
    const keyPackage = await keyPackageFor(newcomer);
    const { welcome } = await commitAll(everyone, 1, {
      proposals: [{ proposalType: ProposalType.add, keyPackage: keyPackage.keyPackage }],
    });
    if (welcome === undefined) throw new Error('somebody was added');
    const dave = new Watched(newcomer, await joinGroup(newcomer.env, { welcome, keyPackage }));
    await dave.step(dave.state, ...before);
    expect(await opensWelcome(newcomer.env, dave.state, welcome, keyPackage.keyPackage)).toBe(false);
    // Control: had the init key stayed, it would open.
    const pathKeys = new Map([[0, keyPackage.initPrivateKey]]);
    const careless = { ...(dave.state as ActiveGroup), pathKeys };
    expect(await opensWelcome(newcomer.env, careless, welcome, keyPackage.keyPackage)).toBe(true);
    const later = await letters(2, everyone, 0);
    const read = await Promise.all(later.map((bytes) => intercept(newcomer.env, dave.state, bytes)));
    for (const bytes of later) await dave.read(bytes);
    // Control: the commit had no path, so that the init secret of before leads to all that came since.
    const secrets = { ...(dave.state as ActiveGroup).secrets, initSecret };
    expect(await stolen(newcomer.env, { ...(dave.state as ActiveGroup), secrets }, read)).toEqual([0, 1]);
  });
});
