/**
 * A seeded world: clients, an external sender, a server that accepts the first commit of each epoch, and a network that
 * loses and reorders. Every step is drawn from the seed; `check` says who must agree and who must not read.
 */
import { expect } from 'vitest';
import { toHex } from '../../src/bytes.ts';
import {
  type ActiveGroup,
  applyJournal,
  type CommitOptions,
  createCommit,
  createProposal,
  decodeState,
  type Extension,
  encode,
  encodeJournal,
  encodeState,
  encryptApplication,
  epochAuthenticator,
  exportGroupInfo,
  externalSendersCodec,
  type GroupState,
  joinByExternalCommit,
  joinGroup,
  MlsError,
  mergeCommit,
  type Proposal,
  ProposalType,
  processMessage,
  proposeFromOutside,
  proposeUpdate,
  type Random,
  requiredCapabilitiesCodec,
  type StagedOwnCommit,
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
import { expectNothingStolen } from '../kit/thief.ts';
import {
  type Client,
  type Entry,
  essence,
  fail,
  isRefused,
  type Letter,
  psks,
  type Size,
} from './inhabitants.ts';

/** Every so many steps of a client, somebody steals its state; and tries so many of the newest messages. */
const THEFTS = 5;
const TRIED = 40;

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
    thefts: 0,
    missed: 0,
    cameBack: 0,
    outside: 0,
    extensions: 0,
    psks: 0,
    most: 0,
    restarts: 0,
    external: 0,
    forks: 0,
  };
  #letters: Letter[] = [];
  #epoch = 0n;
  #names = 0;
  #steps = 0;
  readonly #changed = new Set<Client>();
  readonly #size: Size;
  #outside: Person | undefined;

  constructor(seed: string, size: Size) {
    this.random = seededRandom(seed);
    this.#size = size;
  }

  async begin(): Promise<void> {
    this.#outside = await this.#person();
    const founder = await this.#person();
    const first = this.#enrol(founder, await groupOf(founder, 1, { extensions: this.#extensions() }));
    const others = await Promise.all(Array.from({ length: this.#size.start - 1 }, () => this.#person()));
    if (others.length === 0) return;
    const bundles = await Promise.all(others.map((other) => keyPackageFor(other)));
    const made = await createCommit(founder.env, first.state, {
      proposals: bundles.map(({ keyPackage }) => ({ proposalType: ProposalType.add, keyPackage })),
    });
    this.#accept(first, made.commit, made.staged);
    const { welcome } = made;
    if (welcome === undefined) throw new Error('no welcome');
    for (const [i, keyPackage] of bundles.entries()) {
      const other = at(others, i);
      this.#enrol(other, await joinGroup(other.env, { welcome, keyPackage }));
    }
  }

  /** Those of the group: who may propose from outside, and at times what everyone can anyway. */
  #extensions(): readonly Extension[] {
    const { identity } = this.#outside ?? fail();
    const { credential, signatureKeyPair } = identity;
    const sender = { credential, signatureKey: signatureKeyPair.publicKey };
    const senders = { extensionType: 5, extensionData: encode(externalSendersCodec, [sender]) };
    if (pick(this.random, 2) === 0) return [senders];
    const required = { extensionTypes: [], proposalTypes: [], credentialTypes: [1] };
    return [senders, { extensionType: 3, extensionData: encode(requiredCapabilitiesCodec, required) }];
  }

  async step(): Promise<void> {
    await this.#act();
    this.counts.most = Math.max(this.counts.most, this.clients.length);
    for (const client of [...this.#changed]) {
      if (this.#steps++ % THEFTS !== 0) continue;
      await expectNothingStolen(client.person.env, client.state, client.used.slice(-TRIED));
      this.counts.thefts++;
    }
    this.#changed.clear();
  }

  async #act(): Promise<void> {
    const dice = pick(this.random, 100);
    if (dice < 34) await this.#send();
    else if (dice < 60) await this.#deliver();
    else if (dice < 74) await this.#commit();
    else if (dice < 79) await this.#fork();
    else if (dice < 84) await this.#propose();
    else if (dice < 88) await this.#external();
    else if (dice < 91) await this.#proposeFromOutside();
    else if (dice < 94) this.#miss(this.#any());
    else if (dice < 97) this.#restart(this.#any());
    else await this.#catchUp(this.#any());
  }

  /** Everyone reads the whole log; then all members agree, and no one who left can read on. */
  async check(): Promise<void> {
    // Whoever comes back makes one more commit for all.
    for (;;) {
      const behind = this.clients.find((client) => !this.#isCurrent(client));
      if (behind === undefined) break;
      if (behind.position < this.log.length) await this.#catchUp(behind);
      else await this.#comeBack(behind);
    }
    const first = at(this.clients, 0);
    const agreed = epochAuthenticator(first.state);
    for (const { state } of this.clients) expect(epochAuthenticator(state)).toEqual(agreed);
    if (first.state.group.reinit !== undefined) return;
    const sent = await encryptApplication(first.person.env, first.state, utf8('only for members'), {
      despiteProposals: true,
    });
    this.#store(first, sent.state);
    for (const { person: former, state } of this.gone) {
      await expect(processMessage(former.env, state, sent.bytes)).rejects.toBeInstanceOf(MlsError);
      this.counts.refused++;
    }
  }

  async #person(): Promise<Person> {
    return person(`${this.#names++}`, 1, { psks });
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
      used: [],
      hasMissed: false,
    };
    this.clients.push(client);
    return client;
  }

  /** Every change goes to storage before it goes anywhere else. */
  #store(client: Client, state: GroupState): void {
    client.journal.push(encodeJournal(client.stored, state));
    client.state = state;
    client.stored = state;
    this.#changed.add(client);
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
        this.#store(client, mergeCommit(client.person.env, client.state, own));
        continue;
      }
      const { env } = client.person;
      const attempt = processMessage(env, client.state, entry.bytes);
      if (client.hasMissed && (await attempt.then(() => false, isRefused))) {
        await this.#comeBack(client);
        return;
      }
      const received = await attempt;
      if (received.kind === 'commit') client.hasMissed = false;
      this.#store(
        client,
        received.kind === 'commit' ? mergeCommit(env, received.state, received.staged) : received.state,
      );
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
      // Who has missed the last commit does not know; the server would refuse what it makes.
      if (this.#isCurrent(client)) return client;
    }
  }

  /** Still: somebody who came back has made a commit. */
  #isCurrent(client: Client): boolean {
    const isUpToDate =
      client.state.group.context.epoch === this.#epoch && client.position === this.log.length;
    return isUpToDate && this.clients.includes(client);
  }

  /** The next handshake message of another never reaches this client. */
  #miss(client: Client): void {
    if (client.position >= this.log.length || client.own.has(client.position)) return;
    if (this.clients.filter(({ hasMissed }) => !hasMissed).length < 3) return;
    client.position++;
    client.hasMissed = true;
    this.counts.missed++;
  }

  /** Joins in place of its own leaf, with new keys; who was removed meanwhile is gone. */
  async #comeBack(client: Client): Promise<void> {
    this.clients.splice(this.clients.indexOf(client), 1);
    const helper = await this.#steady();
    const { ownLeaf } = client.state;
    const own = client.state.group.tree.leaf(ownLeaf)?.signatureKey;
    const there = helper.state.group.tree.leaf(ownLeaf)?.signatureKey;
    if (own === undefined || there === undefined || toHex(own) !== toHex(there)) {
      this.gone.push(client);
      return;
    }
    const { identity } = await this.#person();
    const groupInfo = await exportGroupInfo(helper.person.env, helper.state);
    const { commit, staged } = await joinByExternalCommit(client.person.env, {
      ...identity,
      groupInfo,
      isFormerLeaf: ({ leafIndex }) => leafIndex === ownLeaf,
    });
    this.log.push({ bytes: commit, isCommit: true, epochBefore: this.#epoch });
    this.#epoch += 1n;
    this.#enrol(client.person, staged.state);
    this.counts.cameBack++;
    this.counts.commits++;
  }

  /** Somebody who has missed nothing, up to date. */
  async #steady(): Promise<Client> {
    for (;;) {
      const helper = this.clients.find(({ hasMissed }) => !hasMissed) ?? fail();
      await this.#catchUp(helper);
      if (helper.state.status === 'active') return helper;
    }
  }

  /** The external sender, who follows the group as a server does. */
  async #proposeFromOutside(): Promise<void> {
    const { group } = (await this.#current()).state;
    const { env, identity } = this.#outside ?? fail();
    const { signatureKeyPair } = identity;
    const members = [...group.tree.members()];
    const dice = pick(this.random, 3);
    const canAdd = members.length < this.#size.limit;
    let proposal: Proposal = this.#psk();
    if (dice === 0 && canAdd) proposal = await this.#addition();
    if (dice === 1 && members.length > Math.max(2, this.#size.wanted)) {
      proposal = {
        proposalType: ProposalType.remove,
        removed: at(members, pick(this.random, members.length)).leafIndex,
      };
    }
    const made = await proposeFromOutside(env, group, { proposal, signatureKeyPair });
    this.log.push({ bytes: made.bytes, isCommit: false, epochBefore: this.#epoch });
    this.counts.outside++;
  }

  #psk(): Proposal {
    const psk = { pskType: 1, pskId: this.random(4), pskNonce: this.random(32) } as const;
    return { proposalType: ProposalType.psk, psk };
  }

  async #options(
    client: Client,
  ): Promise<{ readonly options: CommitOptions; readonly welcome?: (bytes: Uint8Array) => Promise<void> }> {
    const dice = pick(this.random, 12);
    const present = client.state.group.tree.memberCount;
    if (dice === 10) {
      this.counts.extensions++;
      const extensions = this.#extensions();
      return { options: { proposals: [{ proposalType: ProposalType.groupContextExtensions, extensions }] } };
    }
    if (dice === 11) {
      this.counts.psks++;
      return { options: { proposals: [this.#psk()] } };
    }
    if (dice < (present < this.#size.wanted ? 6 : 4) && present < this.#size.limit) {
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
    this.#accept(client, created.commit, created.staged);
    if (welcome !== undefined && created.welcome !== undefined) await welcome(created.welcome);
  }

  #accept(client: Client, commit: Uint8Array, staged: StagedOwnCommit): void {
    client.own.set(this.log.length, staged);
    this.log.push({ bytes: commit, isCommit: true, epochBefore: this.#epoch });
    this.#epoch += 1n;
    this.counts.commits++;
  }

  /** Two commit at once: the server takes one, the other is dropped. */
  async #fork(): Promise<void> {
    const [a, b] = [await this.#current(), await this.#current()];
    if (a === b || !this.#isCurrent(a)) return;
    const winner = await createCommit(a.person.env, a.state, {});
    const loser = await createCommit(b.person.env, b.state, { format: 'private' });
    this.#store(a, winner.state);
    this.#store(b, loser.state);
    this.#accept(a, winner.commit, winner.staged);
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
    const canAdd = tree.memberCount < this.#size.limit && pick(this.random, 2) === 0;
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
    if (lost === undefined && client.state.group.tree.memberCount >= this.#size.limit) return;
    if (lost !== undefined) await this.#catchUp(lost);
    if (!this.#isCurrent(client)) return;
    if (lost !== undefined && (lost === client || !this.#isCurrent(lost) || lost.state.status !== 'active'))
      return;
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
    this.log.push({ bytes: joined.commit, isCommit: true, epochBefore: this.#epoch });
    this.#epoch += 1n;
    if (lost !== undefined) this.clients.splice(this.clients.indexOf(lost), 1);
    this.#enrol(joiner, state);
    this.counts.external++;
    this.counts.commits++;
  }

  async #send(): Promise<void> {
    const client = this.#any();
    // Some are as far as the sender.
    for (let i = 0; i < 3; i++) await this.#catchUp(this.#any(), client.position);
    if (!this.clients.includes(client)) return;
    const words = `letter ${this.counts.letters}`;
    const made = await encryptApplication(client.person.env, client.state, utf8(words), {
      paddedLength: 256,
      despiteProposals: true,
    });
    client.used.push(made.bytes);
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
    client.used.push(letter.bytes);
    this.#store(client, received.state);
    this.counts.read++;
    await expect(processMessage(client.person.env, received.state, letter.bytes)).rejects.toMatchObject({
      code: 'generation-consumed',
    });
  }
}
