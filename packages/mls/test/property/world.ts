/**
 * A seeded world: a community with an external sender and a network that loses and reorders. Every step is drawn from
 * the seed; `check` says who must agree and who must not read.
 */
import { expect } from 'vitest';
import {
  type CommitOptions,
  createCommit,
  createProposal,
  type Extension,
  encode,
  epochAuthenticator,
  exportGroupInfo,
  externalSendersCodec,
  joinByExternalCommit,
  joinGroup,
  mergeCommit,
  type Proposal,
  ProposalType,
  processMessage,
  proposeFromOutside,
  proposeUpdate,
  requiredCapabilitiesCodec,
  type StagedOwnCommit,
} from '../../src/index.ts';
import { at, groupOf, keyPackageFor, pick } from '../kit/seeded.ts';
import { expectNothingStolen } from '../kit/thief.ts';
import { Community } from './community.ts';
import { type Client, fail, type Size } from './inhabitants.ts';
import { Post } from './post.ts';
import { expectUnread, Stranger } from './strangers.ts';

interface Intent {
  readonly options: CommitOptions;
  readonly welcome?: (bytes: Uint8Array) => Promise<void>;
}

export class World {
  readonly community: Community;
  readonly #size: Size;
  readonly #post: Post;
  /** The external sender, and somebody who only looks on. */
  #strangers: readonly Stranger[] = [];

  constructor(seed: string, size: Size, suiteId: number) {
    this.community = new Community(seed, suiteId);
    this.#post = new Post(this.community);
    this.#size = size;
  }

  async begin(): Promise<void> {
    const { community } = this;
    const { suiteId } = community;
    const people = [await community.newPerson(), await community.newPerson()];
    this.#strangers = people.map((each) => new Stranger(each, suiteId));
    const founder = await community.newPerson();
    const extensions = this.#extensions();
    const first = community.enrol(founder, await groupOf(founder, suiteId, { extensions }));
    if (this.#size.start > 1) await this.#inviteAll(first);
    await community.catchUp(first);
    await this.#look(first);
  }

  /** Everyone who is there from the start. */
  async #inviteAll(founder: Client): Promise<void> {
    const { community } = this;
    const missing = Array.from({ length: this.#size.start - 1 }, () => community.newPerson());
    const others = await Promise.all(missing);
    const bundles = await Promise.all(others.map((other) => keyPackageFor(other, community.suiteId)));
    const proposals = bundles.map(({ keyPackage }) => ({ proposalType: ProposalType.add, keyPackage }));
    const made = await createCommit(founder.person.env, founder.state, { proposals });
    community.accept(founder, made.commit, made.staged);
    const { welcome = fail() } = made;
    for (const [i, keyPackage] of bundles.entries()) {
      const other = at(others, i);
      community.enrol(other, await joinGroup(other.env, { welcome, keyPackage }));
    }
  }

  /** Those of the group: who may propose from outside, and at times what everyone can anyway. */
  #extensions(): readonly Extension[] {
    const { credential, signatureKeyPair } = this.#outside().person.identity;
    const sender = { credential, signatureKey: signatureKeyPair.publicKey };
    const senders = { extensionType: 5, extensionData: encode(externalSendersCodec, [sender]) };
    if (pick(this.community.random, 2) === 0) return [senders];
    const required = { extensionTypes: [], proposalTypes: [], credentialTypes: [1] };
    return [senders, { extensionType: 3, extensionData: encode(requiredCapabilitiesCodec, required) }];
  }

  #outside(): Stranger {
    return at(this.#strangers, 0);
  }

  async step(): Promise<void> {
    const { community } = this;
    await this.#act(pick(community.random, 100));
    community.counts.most = Math.max(community.counts.most, community.clients.length);
    await community.steal();
  }

  async #act(dice: number): Promise<void> {
    const { community } = this;
    if (dice < 32) await this.#post.send();
    else if (dice < 56) await this.#post.deliver();
    else if (dice < 70) await this.#commit();
    else if (dice < 76) await this.#fork();
    else if (dice < 81) await this.#propose();
    else if (dice < 85) await this.#external();
    else if (dice < 88) await this.#proposeFromOutside();
    else if (dice < 91) community.miss(community.any());
    else if (dice < 94) await community.reorder(community.any());
    else if (dice < 97) community.restart(community.any());
    else await community.catchUp(community.any());
  }

  /** Everyone reads the whole log; then all members agree, and nobody reads what was not for them. */
  async check(): Promise<void> {
    const { community } = this;
    // Whoever comes back makes one more commit for all.
    for (;;) {
      const behind = community.clients.find((client) => !community.isCurrent(client));
      if (behind === undefined) break;
      if (behind.position < community.log.length) await community.catchUp(behind);
      else await community.comeBack(behind);
    }
    const first = at(community.clients, 0);
    const agreed = epochAuthenticator(first.state);
    for (const { state } of community.clients) expect(epochAuthenticator(state)).toEqual(agreed);
    await this.#look(first);
    // Whatever the state holds, not only what it keeps for reading.
    await expectNothingStolen(first.person.env, first.state, first.used.slice(-5));
    const letter = await this.#post.write(first);
    for (const client of community.clients.slice(1)) await this.#post.read(client, letter);
    const everyone = [...community.clients, ...community.gone];
    await expectUnread(this.#post.takeWritten(), everyone, this.#strangers, community.counts);
  }

  /** Those outside follow the group, and agree on what is public of it. */
  async #look({ person, state }: Client): Promise<void> {
    const { log, counts } = this.community;
    for (const stranger of this.#strangers) {
      const isComplete = await stranger.follow(log, counts);
      if (!isComplete) await stranger.begin(await exportGroupInfo(person.env, state), log);
      expect(stranger.group.context).toEqual(state.group.context);
    }
  }

  async #proposeFromOutside(): Promise<void> {
    const { community } = this;
    const { group } = (await community.current()).state;
    const { env, identity } = this.#outside().person;
    const members = [...group.tree.members()];
    const dice = pick(community.random, 3);
    let proposal: Proposal = this.#psk();
    if (dice === 0 && members.length < this.#size.limit) proposal = await this.#addition();
    if (dice === 1 && members.length > Math.max(2, this.#size.wanted)) {
      const { leafIndex } = at(members, pick(community.random, members.length));
      proposal = { proposalType: ProposalType.remove, removed: leafIndex };
    }
    const { signatureKeyPair } = identity;
    const made = await proposeFromOutside(env, group, { proposal, signatureKeyPair });
    community.publish(made.bytes, 'proposal');
    community.counts.outside++;
  }

  #psk(): Proposal {
    const { random, suiteId } = this.community;
    const { hashLength } = this.#outside().person.env.provider.suite(suiteId) ?? fail();
    const psk = { pskType: 1, pskId: random(4), pskNonce: random(hashLength) } as const;
    return { proposalType: ProposalType.psk, psk };
  }

  /** Somebody who is added but never turns up. */
  async #addition(): Promise<Proposal> {
    const { community } = this;
    const { keyPackage } = await keyPackageFor(await community.newPerson(), community.suiteId);
    return { proposalType: ProposalType.add, keyPackage };
  }

  async #intent({ state }: Client): Promise<Intent> {
    const { community } = this;
    const { random, counts } = community;
    const dice = pick(random, 12);
    const present = state.group.tree.memberCount;
    const mayAdd = dice < (present < this.#size.wanted ? 6 : 4) && present < this.#size.limit;
    if (mayAdd) return this.#invite(dice < 2);
    if (dice === 10) {
      counts.extensions++;
      const extensions = this.#extensions();
      return { options: { proposals: [{ proposalType: ProposalType.groupContextExtensions, extensions }] } };
    }
    if (dice === 11) {
      counts.psks++;
      return { options: { proposals: [this.#psk()] } };
    }
    if (dice < 6 && present > 2) {
      const others = [...state.group.tree.members()].filter(({ leafIndex }) => leafIndex !== state.ownLeaf);
      const { leafIndex } = at(others, pick(random, others.length));
      return { options: { proposals: [{ proposalType: ProposalType.remove, removed: leafIndex }] } };
    }
    if (dice === 6) return { options: { identity: (await community.newPerson()).identity } };
    return { options: { format: dice < 8 ? 'private' : 'public' } };
  }

  async #invite(forcePath: boolean): Promise<Intent> {
    const { community } = this;
    const newcomer = await community.newPerson();
    const bundle = await keyPackageFor(newcomer, community.suiteId);
    const proposals: Proposal[] = [{ proposalType: ProposalType.add, keyPackage: bundle.keyPackage }];
    const welcome = async (bytes: Uint8Array): Promise<void> => {
      community.enrol(newcomer, await joinGroup(newcomer.env, { welcome: bytes, keyPackage: bundle }));
    };
    return { options: { proposals, forcePath }, welcome };
  }

  async #commit(): Promise<void> {
    const { community } = this;
    const client = await community.current();
    const { options, welcome } = await this.#intent(client);
    const created = await createCommit(client.person.env, client.state, options);
    await community.use(client, created.commit, created.state);
    community.accept(client, created.commit, created.staged);
    if (welcome !== undefined && created.welcome !== undefined) await welcome(created.welcome);
  }

  /** Two commit at once: the server takes one. The other is dropped, or merged by its own maker. */
  async #fork(): Promise<void> {
    const { community } = this;
    const [a, b] = [await community.current(), await community.current()];
    if (a === b || !community.isCurrent(a)) return;
    const winner = await createCommit(a.person.env, a.state, {});
    const loser = await createCommit(b.person.env, b.state, { format: 'private' });
    await community.use(a, winner.commit, winner.state);
    await community.use(b, loser.commit, loser.state);
    community.accept(a, winner.commit, winner.staged);
    community.counts.forks++;
    await community.catchUp(a);
    const code = 'wrong-epoch';
    await expect(processMessage(a.person.env, a.state, loser.commit)).rejects.toMatchObject({ code });
    const mayGo = !b.hasMissed && community.canLoseOne() && pick(community.random, 2) === 0;
    if (mayGo) await this.#goAstray(b, loser.staged, a);
    else await community.catchUp(b);
  }

  /** The loser of a fork enters its own branch, until the log shows that nobody followed. */
  async #goAstray(client: Client, staged: StagedOwnCommit, winner: Client): Promise<void> {
    const { community } = this;
    community.store(client, mergeCommit(client.person.env, client.state, staged));
    client.until = client.state.group.context.epoch;
    client.hasMissed = true;
    community.counts.astray++;
    expect(client.until).toBe(winner.state.group.context.epoch);
    expect(epochAuthenticator(client.state)).not.toEqual(epochAuthenticator(winner.state));
    await expectUnread([await this.#post.write(client)], [winner], [], community.counts);
    await expectUnread([await this.#post.write(winner)], [client], [], community.counts);
  }

  async #propose(): Promise<void> {
    const { community } = this;
    const client = await community.current();
    const { env } = client.person;
    const isPrivate = pick(community.random, 2) === 0;
    const options = { format: isPrivate ? 'private' : 'public' } as const;
    const { tree } = client.state.group;
    const canAdd = tree.memberCount < this.#size.limit && pick(community.random, 2) === 0;
    const made = canAdd
      ? await createProposal(env, client.state, await this.#addition(), options)
      : await proposeUpdate(env, client.state, {}, options);
    await community.use(client, made.bytes, made.state);
    client.own.set(community.log.length, 'proposal');
    community.publish(made.bytes, 'proposal');
  }

  /** A newcomer joins without an invitation, or somebody whose state is lost does in place of the former leaf. */
  async #external(): Promise<void> {
    const { community } = this;
    const client = await community.current();
    const groupInfo = await exportGroupInfo(client.person.env, client.state);
    const isLost = pick(community.random, 2) === 0 && community.clients.length > 2;
    const lost = isLost ? community.any() : undefined;
    if (lost === undefined && client.state.group.tree.memberCount >= this.#size.limit) return;
    if (lost !== undefined) await community.catchUp(lost);
    if (!community.isCurrent(client) || lost === client) return;
    if (lost !== undefined && !community.isCurrent(lost)) return;
    const formerLeaf = lost?.state.ownLeaf;
    // A device that lost its state comes with a new signature key.
    const newcomer = await community.newPerson();
    const joiner = lost?.person ?? newcomer;
    const joined = await joinByExternalCommit(joiner.env, {
      ...newcomer.identity,
      groupInfo,
      ...(formerLeaf === undefined ? {} : { isFormerLeaf: ({ leafIndex }) => leafIndex === formerLeaf }),
    });
    community.publish(joined.commit, 'commit');
    if (lost !== undefined) community.leave(lost, community.epoch);
    community.enrol(joiner, joined.staged.state);
    community.counts.external++;
  }
}
