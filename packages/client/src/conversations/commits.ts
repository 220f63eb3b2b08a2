/**
 * Own commits: staged durably, offered to the server, adopted when it took them. The server takes one commit after
 * each handshake entry; where another device was first, ours is dropped and made anew on what came in.
 */
import { conversations as routes } from '@sotto/contract';
import { copyBytes, hasCode, SottoError, toBase64Url } from '@sotto/crypto';
import type { DeviceId, GroupId } from '@sotto/protocol';
import type { Core } from '../core.ts';
import { hasDevice } from '../directory/certify.ts';
import { claimOf, judge } from './authenticate.ts';
import type { Groups } from './groups.ts';
import { ownCredential } from './key-packages.ts';
import type { StagedCommit } from './records.ts';

/** Answers of the server by which a commit or a group was certainly not taken. */
const REFUSED = [
  'bad_request',
  'counter_reused',
  'forbidden',
  'group_unsupported',
  'handshake_conflict',
  'handshake_invalid',
  'state_conflict',
  'too_large',
  'unknown_group',
];

/** Any other error leaves open whether the server took it. */
export function wasRefused(error: unknown): boolean {
  return REFUSED.some((code) => hasCode(error, code));
}

export class Commits {
  readonly #core: Core;
  readonly #groups: Groups;

  constructor(core: Core, groups: Groups) {
    this.#core = core;
    this.#groups = groups;
  }

  /**
   * Removes the leaves of devices that their accounts no longer list. To be called under the groups' lock before
   * anything is sent. Throws `handshake_conflict` where another commit came first: try again when it is here.
   */
  async removeForeignLeaves(id: GroupId): Promise<void> {
    const engine = await this.#groups.engine();
    const group = await this.#groups.handle(id);
    const leaves = engine.members(group).filter((leaf) => {
      const claim = claimOf(leaf);
      const pin = claim === undefined ? undefined : this.#core.directory.get(claim.accountId);
      return claim === undefined || pin === undefined || !hasDevice(pin, claim, 'current');
    });
    if (leaves.length === 0) return;
    // Alone, there would be nobody to write to.
    if (leaves.length + 1 === engine.members(group).length) {
      throw new SottoError(
        'nobody_there',
        'The other person has no device here just now. This goes out once there is one.',
      );
    }
    await this.#remove(
      id,
      leaves.map(({ leaf }) => leaf),
    );
  }

  /** Begins a new epoch without a change of members: all ratchets start afresh. */
  renew(id: GroupId): Promise<void> {
    return this.#remove(id, []);
  }

  async #remove(id: GroupId, remove: readonly number[]): Promise<void> {
    const record = this.#groups.get(id);
    if (record === undefined || !record.active) return;
    const engine = await this.#groups.engine();
    const group = await this.#groups.handle(id);
    const removed = engine
      .members(group)
      .filter(({ leaf }) => remove.includes(leaf))
      .map((leaf) => claimOf(leaf)?.deviceId)
      .filter((device): device is DeviceId => device !== undefined);
    const { authenticate, rethrow } = judge(this.#core.directory, this.#core.self.accountId, 'current');
    const result = await engine
      .commit(group, { remove, identity: ownCredential(this.#core), authenticate })
      .catch((error: unknown) => {
        rethrow();
        throw error;
      });
    const staged: StagedCommit = {
      request: this.#core.random(16),
      follows: record.handshake,
      commit: result.commit,
      pending: result.pending,
      groupInfo: result.groupInfo,
      welcome: result.welcome,
      added: [],
      removed,
    };
    await this.#groups.note({ ...record, staged }, () => undefined);
    await this.offer(id);
  }

  /** Offers the staged commit of a group, if there is one, and adopts or drops it. */
  async offer(id: GroupId): Promise<void> {
    const record = this.#groups.get(id);
    if (record?.staged === null || record?.staged === undefined) return;
    // A state that was lost takes what was staged with it.
    if (!(await this.#groups.isReadable(id))) return;
    const { staged } = record;
    try {
      const { number } = await this.#core.http.request(
        routes.commit,
        {
          groupId: id,
          follows: staged.follows,
          request: toBase64Url(staged.request),
          commit: toBase64Url(staged.commit),
          groupInfo: toBase64Url(staged.groupInfo),
          welcome: staged.welcome === null ? null : toBase64Url(staged.welcome),
          added: [...staged.added],
          removed: [...staged.removed],
        },
        await this.#core.token(),
      );
      await this.adopt(id, number);
    } catch (error) {
      // What is left open is offered again.
      if (wasRefused(error)) await this.drop(id);
      throw error;
    }
  }

  /** The server took the staged commit as entry `number`. */
  async adopt(id: GroupId, number: number): Promise<void> {
    const record = this.#groups.get(id);
    if (record?.staged === null || record?.staged === undefined) return;
    const engine = await this.#groups.engine();
    const group = await engine.adopt(await this.#groups.handle(id), copyBytes(record.staged.pending));
    await this.#groups.advance({ ...record, staged: null, handshake: number }, group, () => undefined);
  }

  async drop(id: GroupId): Promise<void> {
    const record = this.#groups.get(id);
    if (record !== undefined && record.staged !== null) {
      await this.#groups.note({ ...record, staged: null }, () => undefined);
    }
  }
}
