/**
 * Taking in a stream's entries, in order and each once. A line, the group's state and the cursor become durable
 * together; only then is the entry acknowledged. One bad entry is set aside as an unreadable line and the stream goes
 * on (attack M19); what cannot be judged now, for want of a connection, stays for later.
 */
import { ENTRY_KIND, type Entry, type StreamId } from '@sotto/contract';
import { copyBytes, hasCode, SottoError } from '@sotto/crypto';
import type { GroupId } from '@sotto/protocol';
import type { ReceivedCommit, ReceivedMessage } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { hasDevice } from '../directory/certify.ts';
import { claimOf, isSender, judge } from './authenticate.ts';
import { comeBack, isDue } from './come-back.ts';
import { noteCommit } from './commit-notes.ts';
import type { Commits } from './commits.ts';
import { enterBegun } from './enter.ts';
import type { Groups } from './groups.ts';
import { setAside, takeContent } from './incoming.ts';
import { joinByWelcome, joinWithoutWelcome } from './join.ts';
import { type GroupRecord, KEY, type OutgoingRecord } from './records.ts';
import { noteIgnoredChange, noteUnreadable } from './unreadable.ts';

/** Errors that say nothing about the entry: it is tried again later. */
const TRANSIENT = [
  'offline',
  'too_many_requests',
  'not_signed_in',
  'server_error',
  'server_answer_invalid',
  'storage_full',
  'store_full',
  'store_failed',
  'random_failed',
];
/** A second copy of what was read: nothing is lost, so nothing is shown. */
const SILENT = ['message_replayed', 'message_own'];

export class Receiver {
  readonly #core: Core;
  readonly #groups: Groups;
  readonly #commits: Commits;

  constructor(core: Core, groups: Groups, commits: Commits) {
    this.#core = core;
    this.#groups = groups;
    this.#commits = commits;
  }

  /** Resolves when all entries are durable; rejects at the first that must be tried again. */
  take(stream: StreamId, entries: readonly Entry[]): Promise<void> {
    return this.#groups.lock.run(async () => {
      const cursor =
        stream === this.#core.self.deviceId
          ? await this.#takeOwn(entries)
          : await this.#takeGroup(stream as GroupId, entries);
      if (cursor > 0) this.#core.send({ type: 'acknowledge', stream, number: cursor });
    });
  }

  async #takeOwn(entries: readonly Entry[]): Promise<number> {
    let cursor = (await this.#core.store.get<number>(KEY.deviceCursor)) ?? 0;
    for (const entry of entries) {
      if (entry.number <= cursor) continue;
      if (entry.kind === ENTRY_KIND.welcome) {
        await this.#takeWelcome(entry).catch((error: unknown) => {
          if (isTransient(error)) throw error;
        });
      }
      cursor = entry.number;
      await this.#core.store.put(KEY.deviceCursor, cursor);
    }
    return cursor;
  }

  async #takeWelcome(entry: Entry): Promise<void> {
    try {
      await joinByWelcome(this.#core, this.#groups, entry);
    } catch (error) {
      if (!hasCode(error, 'welcome_not_ours')) throw error;
      await joinWithoutWelcome(this.#core, this.#groups, entry);
    }
  }

  async #takeGroup(id: GroupId, entries: readonly Entry[]): Promise<number> {
    // Entries of a group that was begun here tell that the server took it.
    if (this.#groups.get(id) === undefined) await enterBegun(this.#core, this.#groups, id);
    for (const entry of entries) {
      const record = this.#groups.get(id);
      if (record === undefined) return 0;
      if (entry.number <= record.cursor) continue;
      await this.#takeEntry(record, entry);
    }
    return this.#groups.get(id)?.cursor ?? 0;
  }

  async #takeEntry(record: GroupRecord, entry: Entry): Promise<void> {
    await this.#noteGap(record, entry);
    // The server gives a sender's own copy without bytes: others' words cannot come under this device's name.
    const own = entry.sender === this.#core.self.deviceId && entry.bytes === null;
    try {
      if (own) await this.#takeOwnEntry(entry, record.id);
      else await this.#read(entry, record.id);
    } catch (error) {
      this.#groups.forget(record.id);
      if (hasCode(error, 'group_state_invalid')) return this.#takeLost(entry, record.id);
      if (own || isTransient(error)) throw error;
      await this.#setAside(entry, record.id, error);
      await this.#lookForWay(record.id, error);
    }
  }

  /** The group's state is lost, and the entry with it: the device comes back behind it, now or as soon as it may. */
  async #takeLost(entry: Entry, id: GroupId): Promise<void> {
    const record = this.#record(id);
    if (record.active && (await comeBack(this.#core, this.#groups, record))) return;
    const last = this.#record(id);
    const handshake = entry.kind === ENTRY_KIND.handshake ? entry.number : last.handshake;
    await this.#groups.note({ ...last, cursor: entry.number, handshake }, async (change) => {
      // Of what comes before a return, the return tells; after none, each silence needs a line.
      const isTold = last.givenUp !== true || entry.kind !== ENTRY_KIND.message || entry.bytes === null;
      if (!isTold) await noteUnreadable(change, last.conversation, entry.time);
    });
  }

  /** Where nothing can be read any more, the group may have gone on without this device. */
  async #lookForWay(id: GroupId, error: unknown): Promise<void> {
    const record = this.#record(id);
    if (!record.active || !isDue(record.missed)) return;
    try {
      if (await comeBack(this.#core, this.#groups, record)) return;
      if (hasCode(error, 'message_too_far')) await this.#commits.renew(id);
    } catch {
      // The entry itself is dealt with; the way back is looked for again at the next connection.
    }
  }

  /** Numbers are gapless, so a jump means that the server left something out, or kept it no longer. */
  async #noteGap(record: GroupRecord, entry: Entry): Promise<void> {
    // After the server was restored the numbers begin anew.
    if (record.cursor < 0 || entry.number === record.cursor + 1) return;
    await this.#groups.note({ ...record, cursor: entry.number - 1 }, (change) => {
      change.note(
        record.conversation,
        entry.time,
        'warning',
        'Something is missing here: the server did not deliver it to this device.',
      );
    });
  }

  /** The server's copy of what this device sent: its acknowledgement. */
  async #takeOwnEntry(entry: Entry, id: GroupId): Promise<void> {
    if (entry.kind === ENTRY_KIND.handshake) await this.#takeOwnCommit(entry, id);
    else if (entry.counter > this.#core.profile.value.counter) return this.#rolledBack();
    const record = this.#record(id);
    const key = KEY.outgoing(entry.counter);
    const outgoing = await this.#core.store.get<OutgoingRecord>(key);
    await this.#groups.note({ ...record, cursor: entry.number }, async (change) => {
      if (entry.counter === 0 || outgoing === undefined) return;
      change.delete(key);
      change.written.push(() => this.#core.outstanding.delete(entry.counter));
      if (outgoing.line !== null)
        await change.raiseStatus(outgoing.line.conversation, outgoing.line.position, 'sent');
    });
  }

  async #takeOwnCommit(entry: Entry, id: GroupId): Promise<void> {
    const { handshake, staged } = this.#record(id);
    if (entry.number <= handshake) return;
    if (staged === null) {
      // It may be the commit by which this device came back, of which no answer came.
      if ((await this.#core.store.get(KEY.joining(id))) === undefined) return this.#rolledBack();
      throw new SottoError('group_state_invalid', 'The state that this commit begins was not kept.');
    }
    await this.#commits.adopt(id, entry.number);
  }

  #rolledBack(): never {
    const message =
      'The data of Sotto on this device is older than what this device has already sent. Sign in again as a new device; your messages up to now can be exported first.';
    this.#core.stop('profile_rolled_back', message);
    throw new SottoError('profile_rolled_back', message);
  }

  async #read(entry: Entry, id: GroupId): Promise<void> {
    if (entry.bytes === null) throw new SottoError('message_unreadable', 'An entry has no content.');
    const { directory, self } = this.#core;
    const { authenticate, rethrow } = judge(directory, self.accountId, 'current');
    const engine = await this.#groups.engine();
    const group = await this.#groups.handle(id);
    const received = await engine
      .process(group, copyBytes(entry.bytes), authenticate)
      .catch((error: unknown) => {
        rethrow();
        throw error;
      });
    if (received.kind === 'application') await this.#takeMessage(entry, id, received);
    else await this.#takeCommit(entry, id, received);
  }

  async #takeMessage(entry: Entry, id: GroupId, received: ReceivedMessage): Promise<void> {
    if (entry.kind !== ENTRY_KIND.message)
      throw new SottoError('message_unreadable', 'A message came as something else.');
    const claim = claimOf(received.sender);
    // The leaf signed the message; the server only says who brought it (attack M6).
    const sameSender = claim !== undefined && isSender(claim, entry.sender);
    // A device that its account has taken out speaks for it no more, though its leaf may still be here.
    const pin = claim === undefined ? undefined : this.#core.directory.get(claim.accountId);
    const listed = claim !== undefined && pin !== undefined && hasDevice(pin, claim, 'current');
    const record = this.#record(id);
    const { leaf } = received.sender;
    const before = record.heard.find((heard) => heard.leaf === leaf && heard.epoch === received.epoch);
    // Whoever enters a group begins an epoch by it, so this device was meant to have each from the first message on.
    const missing = received.generation - (before?.next ?? 0);
    const others = record.heard.filter((heard) => heard.leaf !== leaf || heard.epoch > received.epoch);
    const heard = [
      ...others,
      { leaf, epoch: received.epoch, next: Math.max(received.generation + 1, before?.next ?? 0) },
    ];
    await this.#groups.advance(
      { ...record, cursor: entry.number, missed: 0, heard },
      received.group,
      async (change) => {
        if (missing > 0) {
          change.note(
            record.conversation,
            entry.time,
            'warning',
            'Something that was sent to you is missing here: the server did not deliver it.',
          );
        }
        if (sameSender && listed)
          await takeContent(this.#core, change, record, claim.accountId, entry.time, received.plaintext);
        else setAside(change, record, entry.time, listed ? 'another-sender' : 'removed-device');
      },
    );
    if (sameSender && listed) await this.#confirm(claim.accountId, record);
  }

  async #takeCommit(entry: Entry, id: GroupId, received: ReceivedCommit): Promise<void> {
    const claim = claimOf(received.by);
    if (entry.kind !== ENTRY_KIND.handshake || claim === undefined || !isSender(claim, entry.sender)) {
      throw new SottoError('sender_mismatch', 'The server named another sender than the one who changed it.');
    }
    const group = received.merge();
    const record = this.#record(id);
    const next = { ...record, cursor: entry.number, handshake: entry.number, missed: 0, staged: null };
    await this.#groups.advance(next, group, (change) =>
      noteCommit(this.#core, change, record, entry.time, received),
    );
  }

  /** Others go on with a device only when its account states fit what they know of it. */
  async #confirm(sender: GroupRecord['conversation'], record: GroupRecord): Promise<void> {
    if (this.#core.profile.value.confirmed) return;
    const contact = this.#core.timeline.get(record.conversation)?.state === 'active';
    if (contact || sender === this.#core.self.accountId) await this.#core.profile.update({ confirmed: true });
    this.#core.live.changed('session');
  }

  async #setAside(entry: Entry, id: GroupId, error: unknown): Promise<void> {
    const record = this.#record(id);
    const handshake = entry.kind === ENTRY_KIND.handshake;
    const silent = SILENT.some((code) => hasCode(error, code));
    const missed = record.missed + (silent ? 0 : 1);
    const next = {
      ...record,
      cursor: entry.number,
      handshake: handshake ? entry.number : record.handshake,
      missed,
    };
    await this.#groups.note(next, async (change) => {
      if (silent) return;
      if (handshake) await noteIgnoredChange(change, record.conversation, entry.time);
      else await noteUnreadable(change, record.conversation, entry.time);
    });
  }

  #record(id: GroupId): GroupRecord {
    const record = this.#groups.get(id);
    if (record === undefined) throw new RangeError('no such group');
    return record;
  }
}

function isTransient(error: unknown): boolean {
  return TRANSIENT.some((code) => hasCode(error, code));
}
