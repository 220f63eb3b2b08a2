/**
 * A seeded world: clients, a server that accepts the first commit of each epoch, and a network that loses
 * and reorders. Every step is drawn from the seed; `check` says who must agree and who must not read.
 */
import { expect } from 'vitest';
import {
  type ActiveGroup,
  applyJournal,
  type CommitOptions,
  createCommit,
  createProposal,
  decodeState,
  encodeJournal,
  encodeState,
  encryptApplication,
  epochAuthenticator,
  exportGroupInfo,
  type GroupState,
  joinByExternalCommit,
  joinGroup,
  MlsError,
  type Proposal,
  ProposalType,
  processMessage,
  proposeUpdate,
  type Random,
} from '../../src/index.ts';
import {
  at,
  groupOf,
  keyPackageFor,
  type Person,
  person,
  pick,
  seededRandom,
  text,
  utf8,
} from '../kit/seeded.ts';

interface Entry {
  readonly bytes: Uint8Array;
  readonly isCommit: boolean;
  readonly epochBefore: bigint;
}

interface Client {
  readonly person: Person;
  state: GroupState;
  /** How much of the log it has processed. */
  position: number;
  /** Its own commits and proposals that wait in the log, by position. */
  readonly own: Map<number, ActiveGroup | 'proposal'>;
  /** The state as last stored: a snapshot and its journal. */
  snapshot: Uint8Array;
  journal: Uint8Array[];
  stored: GroupState;
}

interface Letter {
  readonly bytes: Uint8Array;
  readonly epoch: bigint;
  readonly text: string;
  readonly leaf: number;
  readonly members: ReadonlySet<Client>;
}

/** Everything of a state but how its trees share memory. */
function essence(state: GroupState): readonly unknown[] {
  const pastEpochs = state.pastEpochs.map(({ context, secretTree, senderDataSecret, tree }) => {
    const leaves = [...tree.members()].map(({ leafIndex, leaf }) => [leafIndex, leaf.signature]);
    return [context.epoch, secretTree, senderDataSecret, leaves];
  });
  return [encodeState({ ...state, pastEpochs: [] }), pastEpochs];
}

export class World {
  readonly random: Random;
  readonly clients: Client[] = [];
  readonly gone: Client[] = [];
  readonly log: Entry[] = [];
  readonly counts = {
    commits: 0,
    lost: 0,
    letters: 0,
    read: 0,
    refused: 0,
    restarts: 0,
    external: 0,
    forks: 0,
  };
  #letters: Letter[] = [];
  #epoch = 0n;
  #names = 0;
  readonly #limit: number;

  constructor(seed: string, limit: number) {
    this.random = seededRandom(seed);
    this.#limit = limit;
  }

  async begin(): Promise<void> {
    const founder = await this.#person();
    this.#enrol(founder, await groupOf(founder));
  }

  async step(): Promise<void> {
    const dice = pick(this.random, 100);
    if (dice < 34) await this.#send();
    else if (dice < 60) await this.#deliver();
    else if (dice < 74) await this.#commit();
    else if (dice < 79) await this.#fork();
    else if (dice < 84) await this.#propose();
    else if (dice < 88) await this.#external();
    else if (dice < 94) this.#restart(this.#any());
    else await this.#catchUp(this.#any());
  }

  /** Everyone reads the whole log; then all members agree, and no one who left can read on. */
  async check(): Promise<void> {
    for (const client of [...this.clients]) await this.#catchUp(client);
    const first = at(this.clients, 0);
    const agreed = epochAuthenticator(first.state);
    for (const { state } of this.clients) expect(epochAuthenticator(state)).toEqual(agreed);
    if (first.state.group.reinit !== undefined) return;
    const sent = await encryptApplication(first.person.env, first.state, utf8('only for members'));
    this.#store(first, sent.state);
    for (const { person: former, state } of this.gone) {
      await expect(processMessage(former.env, state, sent.bytes)).rejects.toBeInstanceOf(MlsError);
      this.counts.refused++;
    }
  }

  async #person(): Promise<Person> {
    return person(`${this.#names++}`);
  }

  #any(): Client {
    return at(this.clients, pick(this.random, this.clients.length));
  }

  #enrol(who: Person, state: ActiveGroup): Client {
    const snapshot = encodeState(state);
    const position = this.log.length;
    const client: Client = {
      person: who,
      state,
      position,
      own: new Map(),
      snapshot,
      journal: [],
      stored: state,
    };
    this.clients.push(client);
    return client;
  }

  /** Every change goes to storage before it goes anywhere else. */
  #store(client: Client, state: GroupState): void {
    client.journal.push(encodeJournal(client.stored, state));
    client.state = state;
    client.stored = state;
  }

  #restart(client: Client): void {
    let state = decodeState(client.snapshot);
    for (const entry of client.journal) state = applyJournal(state, entry);
    expect(essence(state)).toEqual(essence(client.state));
    client.snapshot = encodeState(state);
    client.journal = [];
    client.state = state;
    client.stored = state;
    this.counts.restarts++;
  }

  async #catchUp(client: Client, until: number = this.log.length): Promise<void> {
    while (client.position < until) {
      const place = client.position++;
      const entry = at(this.log, place);
      const own = client.own.get(place);
      client.own.delete(place);
      if (own === 'proposal') continue;
      if (own !== undefined) {
        this.#store(client, own);
        continue;
      }
      const received = await processMessage(client.person.env, client.state, entry.bytes);
      this.#store(client, received.kind === 'commit' ? received.staged.state : received.state);
      if (client.state.status === 'removed') {
        this.clients.splice(this.clients.indexOf(client), 1);
        this.gone.push(client);
        return;
      }
    }
  }

  async #current(): Promise<Client> {
    for (;;) {
      const client = this.#any();
      await this.#catchUp(client);
      if (client.state.status === 'active') return client;
    }
  }

  async #options(
    client: Client,
  ): Promise<{ readonly options: CommitOptions; readonly welcome?: (bytes: Uint8Array) => Promise<void> }> {
    const dice = pick(this.random, 10);
    const present = client.state.group.tree.memberCount;
    if (dice < 4 && present < this.#limit) {
      const newcomer = await this.#person();
      const bundle = await keyPackageFor(newcomer);
      const proposals: Proposal[] = [{ proposalType: ProposalType.add, keyPackage: bundle.keyPackage }];
      const enrol = async (welcome: Uint8Array): Promise<void> => {
        this.#enrol(newcomer, await joinGroup(newcomer.env, { welcome, keyPackage: bundle }));
      };
      return { options: { proposals, forcePath: dice < 2 }, welcome: enrol };
    }
    if (dice < 6 && present > 2) {
      const others = [...client.state.group.tree.members()].filter(
        ({ leafIndex }) => leafIndex !== client.state.ownLeaf,
      );
      const { leafIndex } = at(others, pick(this.random, others.length));
      return { options: { proposals: [{ proposalType: ProposalType.remove, removed: leafIndex }] } };
    }
    if (dice === 6) return { options: { identity: (await this.#person()).identity } };
    return { options: { format: dice < 8 ? 'private' : 'public' } };
  }

  async #commit(): Promise<void> {
    const client = await this.#current();
    const { options, welcome } = await this.#options(client);
    const created = await createCommit(client.person.env, client.state, options);
    this.#store(client, created.state);
    const { state } = created.staged;
    if (state.status !== 'active') throw new Error('removed itself');
    this.#accept(client, created.commit, state);
    if (welcome !== undefined && created.welcome !== undefined) await welcome(created.welcome);
  }

  #accept(client: Client, commit: Uint8Array, next: ActiveGroup): void {
    client.own.set(this.log.length, next);
    this.log.push({ bytes: commit, isCommit: true, epochBefore: this.#epoch });
    this.#epoch += 1n;
    this.counts.commits++;
  }

  /** Two commit at once: the server takes one, the other is dropped. */
  async #fork(): Promise<void> {
    const [a, b] = [await this.#current(), await this.#current()];
    if (a === b) return;
    const winner = await createCommit(a.person.env, a.state, {});
    const loser = await createCommit(b.person.env, b.state, { format: 'private' });
    this.#store(a, winner.state);
    this.#store(b, loser.state);
    if (winner.staged.state.status !== 'active') throw new Error('removed itself');
    this.#accept(a, winner.commit, winner.staged.state);
    await this.#catchUp(b);
    await expect(processMessage(a.person.env, b.state, loser.commit)).rejects.toBeInstanceOf(MlsError);
    this.counts.forks++;
  }

  async #propose(): Promise<void> {
    const client = await this.#current();
    const { env } = client.person;
    const isPrivate = pick(this.random, 2) === 0;
    const options = { format: isPrivate ? 'private' : 'public' } as const;
    const { tree } = client.state.group;
    const canAdd = tree.memberCount < this.#limit && pick(this.random, 2) === 0;
    const made = canAdd
      ? await createProposal(env, client.state, await this.#addition(), options)
      : await proposeUpdate(env, client.state, {}, options);
    this.#store(client, made.state);
    client.own.set(this.log.length, 'proposal');
    this.log.push({ bytes: made.bytes, isCommit: false, epochBefore: this.#epoch });
  }

  /** Somebody who is added but never turns up. */
  async #addition(): Promise<Proposal> {
    const { keyPackage } = await keyPackageFor(await this.#person());
    return { proposalType: ProposalType.add, keyPackage };
  }

  async #external(): Promise<void> {
    const client = await this.#current();
    const groupInfo = await exportGroupInfo(client.person.env, client.state);
    const lost = pick(this.random, 2) === 0 && this.clients.length > 2 ? this.#any() : undefined;
    if (lost === undefined && client.state.group.tree.memberCount >= this.#limit) return;
    if (lost !== undefined) await this.#catchUp(lost);
    if (lost !== undefined && (lost === client || lost.state.status !== 'active')) return;
    const joiner = lost?.person ?? (await this.#person());
    const formerLeaf = lost?.state.ownLeaf;
    // A device that lost its state comes with a new signature key.
    const { identity } = lost === undefined ? joiner : await this.#person();
    const joined = await joinByExternalCommit(joiner.env, {
      ...identity,
      groupInfo,
      ...(formerLeaf === undefined ? {} : { isFormerLeaf: ({ leafIndex }) => leafIndex === formerLeaf }),
    });
    const { state } = joined.staged;
    if (state.status !== 'active') throw new Error('removed itself');
    this.log.push({ bytes: joined.commit, isCommit: true, epochBefore: this.#epoch });
    this.#epoch += 1n;
    if (lost !== undefined) this.clients.splice(this.clients.indexOf(lost), 1);
    this.#enrol(joiner, state);
    this.counts.external++;
    this.counts.commits++;
  }

  async #send(): Promise<void> {
    const client = this.#any();
    const words = `letter ${this.counts.letters}`;
    const made = await encryptApplication(client.person.env, client.state, utf8(words), {
      paddedLength: 256,
    });
    this.#store(client, made.state);
    this.counts.letters++;
    if (pick(this.random, 5) === 0) {
      this.counts.lost++;
      return;
    }
    const { epoch } = made.state.group.context;
    const members = new Set<Client>();
    for (const other of this.clients) {
      if (other !== client && other.state.group.context.epoch === epoch) members.add(other);
    }
    this.#letters.push({ bytes: made.bytes, epoch, text: words, leaf: made.state.ownLeaf, members });
  }

  /** A random waiting letter reaches a few of those for whom it is, in any order. */
  async #deliver(): Promise<void> {
    if (this.#letters.length === 0) return;
    const [letter] = this.#letters.splice(pick(this.random, this.#letters.length), 1);
    if (letter === undefined) return;
    for (const client of this.clients) {
      if (!letter.members.has(client) || pick(this.random, 3) !== 0) continue;
      await this.#read(client, letter);
    }
  }

  async #read(client: Client, letter: Letter): Promise<void> {
    const present = client.state.group.context.epoch;
    const attempt = processMessage(client.person.env, client.state, letter.bytes);
    if (present - letter.epoch > 3n) {
      await expect(attempt).rejects.toMatchObject({ code: 'epoch-forgotten' });
      return;
    }
    const received = await attempt;
    if (received.kind !== 'application') throw new Error('not a letter');
    expect(text(received.data)).toBe(letter.text);
    expect(received.sender.leafIndex).toBe(letter.leaf);
    this.#store(client, received.state);
    this.counts.read++;
    await expect(processMessage(client.person.env, received.state, letter.bytes)).rejects.toMatchObject({
      code: 'generation-consumed',
    });
  }
}
