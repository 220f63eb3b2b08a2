/**
 * The clients of a seeded world, and what each does with the log: a server accepts the first commit of each epoch, and
 * every client reads it at its own pace, stores each change before anything else, and may miss some of it.
 */
import { expect } from 'vitest';
import { toHex } from '../../src/bytes.ts';
import {
  type ActiveGroup,
  applyJournal,
  decodeMessage,
  decodeState,
  encodeJournal,
  encodeState,
  exportGroupInfo,
  type GroupState,
  joinByExternalCommit,
  mergeCommit,
  processMessage,
  type Random,
  type StagedOwnCommit,
  WireFormat,
} from '../../src/index.ts';
import { at, type Person, person, pick, seededRandom } from '../kit/seeded.ts';
import { intercept, openedByTrees } from '../kit/thief.ts';
import {
  type Client,
  type Counts,
  type Entry,
  essence,
  fail,
  isRefused,
  newCounts,
  psks,
} from './inhabitants.ts';

/** Every so many steps of a client somebody steals its state, and tries so many of the newest messages. */
const THEFTS = 5;
const TRIED = 40;

export class Community {
  readonly random: Random;
  readonly suiteId: number;
  readonly clients: Client[] = [];
  /** Their stay has ended: removed, or replaced by the same person with new keys. */
  readonly gone: Client[] = [];
  readonly log: Entry[] = [];
  readonly counts: Counts = newCounts();
  epoch = 0n;
  #names = 0;
  #changes = 0;
  readonly #changed = new Set<Client>();

  constructor(seed: string, suiteId: number) {
    this.random = seededRandom(seed);
    this.suiteId = suiteId;
  }

  newPerson(): Promise<Person> {
    return person(`${this.#names++}`, this.suiteId, { psks });
  }

  any(): Client {
    return at(this.clients, pick(this.random, this.clients.length));
  }

  enrol(who: Person, state: ActiveGroup): Client {
    const client: Client = {
      person: who,
      state,
      position: this.log.length,
      own: new Map(),
      snapshot: encodeState(state),
      journal: [],
      stored: state,
      used: [],
      hasMissed: false,
      since: state.group.context.epoch,
      until: undefined,
    };
    this.clients.push(client);
    return client;
  }

  /** The stay of a client ends, at the latest now. */
  leave(client: Client, until: bigint): void {
    this.clients.splice(this.clients.indexOf(client), 1);
    client.until ??= until;
    this.gone.push(client);
  }

  /** What the server takes next. */
  publish(bytes: Uint8Array, kind: 'commit' | 'proposal'): void {
    const isCommit = kind === 'commit';
    this.log.push({ bytes, isCommit, epochBefore: this.epoch });
    if (!isCommit) return;
    this.epoch += 1n;
    this.counts.commits++;
  }

  accept(client: Client, commit: Uint8Array, staged: StagedOwnCommit): void {
    client.own.set(this.log.length, staged);
    this.publish(commit, 'commit');
  }

  /** Every change goes to storage before it goes anywhere else. */
  store(client: Client, state: GroupState): void {
    client.journal.push(encodeJournal(client.stored, state));
    client.state = state;
    client.stored = state;
    this.#changed.add(client);
  }

  /** The change that a message made, its own or another's: if it was private, nobody may open it again. */
  async use(client: Client, bytes: Uint8Array, state: GroupState): Promise<void> {
    if (decodeMessage(bytes)?.wireFormat === WireFormat.privateMessage) {
      client.used.push(await intercept(client.person.env, client.state, bytes));
    }
    this.store(client, state);
  }

  restart(client: Client): void {
    let state = decodeState(client.snapshot);
    for (const entry of client.journal) state = applyJournal(state, entry);
    expect(essence(state)).toEqual(essence(client.state));
    client.snapshot = encodeState(state);
    client.journal = [];
    client.state = state;
    client.stored = state;
    this.counts.restarts++;
  }

  /** Somebody copies some of the states that have changed. */
  async steal(): Promise<void> {
    for (const client of this.#changed) {
      if (this.#changes++ % THEFTS !== 0) continue;
      const { person: owner, state, used } = client;
      const copy = decodeState(encodeState(state));
      expect(await openedByTrees(owner.env, copy, used.slice(-TRIED))).toEqual([]);
      this.counts.thefts++;
    }
    this.#changed.clear();
  }

  async catchUp(client: Client, until: number = this.log.length): Promise<void> {
    while (client.position < until && this.clients.includes(client)) await this.#next(client);
  }

  /** One more of the log; who cannot go on joins anew. */
  async #next(client: Client): Promise<void> {
    const place = client.position++;
    const { bytes } = at(this.log, place);
    const { env } = client.person;
    const own = client.own.get(place);
    client.own.delete(place);
    if (own === 'proposal') return;
    if (own !== undefined) return this.store(client, mergeCommit(env, client.state, own));
    const attempt = processMessage(env, client.state, bytes);
    const refused = (error: unknown): boolean => isRefused(error, client);
    if (client.hasMissed && (await attempt.then(() => false, refused))) return this.comeBack(client);
    const received = await attempt;
    if (received.state !== client.state) await this.use(client, bytes, received.state);
    if (received.kind !== 'commit') return;
    client.hasMissed = false;
    this.store(client, mergeCommit(env, client.state, received.staged));
    if (client.state.status === 'removed') this.leave(client, client.state.group.context.epoch);
  }

  async current(): Promise<Client> {
    for (;;) {
      const client = this.any();
      await this.catchUp(client);
      // Who has missed the last commit does not know; the server would refuse what it makes.
      if (this.isCurrent(client)) return client;
    }
  }

  /** Still: somebody who came back has made a commit. Nobody is in a branch of its own. */
  isCurrent({ state, position, until }: Client): boolean {
    const isUpToDate = state.group.context.epoch === this.epoch && position === this.log.length;
    return isUpToDate && until === undefined;
  }

  /** Whether one more may lose the thread: enough are left to bring it back. */
  canLoseOne(): boolean {
    return this.clients.filter(({ hasMissed }) => !hasMissed).length >= 3;
  }

  /** The next handshake message of another never reaches this client. */
  miss(client: Client): void {
    if (client.position >= this.log.length || client.own.has(client.position)) return;
    if (!this.canLoseOne()) return;
    client.position++;
    client.hasMissed = true;
    this.counts.missed++;
  }

  /** A message of a later epoch comes first: it is refused, and in order all of them are good. */
  async reorder(client: Client): Promise<void> {
    const { epoch } = client.state.group.context;
    const early = this.log.findIndex(
      ({ epochBefore }, i) => i >= client.position && epochBefore > epoch && !client.own.has(i),
    );
    if (early === -1 || client.hasMissed) return;
    const before = essence(client.state);
    const { bytes } = at(this.log, early);
    await expect(processMessage(client.person.env, client.state, bytes)).rejects.toMatchObject({
      code: 'wrong-epoch',
    });
    expect(essence(client.state)).toEqual(before);
    this.counts.reordered++;
    await this.catchUp(client, early + 1);
  }

  /** Joins in place of its own leaf, with new keys; who was removed meanwhile is gone. */
  async comeBack(client: Client): Promise<void> {
    const isThere = await this.#standsIn(client);
    this.leave(client, this.epoch + (isThere ? 1n : 0n));
    if (!isThere) return;
    const helper = await this.steady();
    const { ownLeaf } = client.state;
    const groupInfo = await exportGroupInfo(helper.person.env, helper.state);
    const { commit, staged } = await joinByExternalCommit(client.person.env, {
      ...(await this.newPerson()).identity,
      groupInfo,
      isFormerLeaf: ({ leafIndex }) => leafIndex === ownLeaf,
    });
    this.publish(commit, 'commit');
    this.enrol(client.person, staged.state);
    this.counts.cameBack++;
  }

  /** Whether the group still has the leaf of a client as the client knows it. */
  async #standsIn({ state }: Client): Promise<boolean> {
    const { ownLeaf, group } = state;
    const helper = await this.steady();
    const own = group.tree.leaf(ownLeaf)?.signatureKey;
    const there = helper.state.group.tree.leaf(ownLeaf)?.signatureKey;
    return own !== undefined && there !== undefined && toHex(own) === toHex(there);
  }

  /** Somebody who has missed nothing, up to date. */
  async steady(): Promise<Client> {
    for (;;) {
      const helper = this.clients.find(({ hasMissed }) => !hasMissed) ?? fail();
      await this.catchUp(helper);
      if (helper.state.status === 'active' && this.isCurrent(helper)) return helper;
    }
  }
}
