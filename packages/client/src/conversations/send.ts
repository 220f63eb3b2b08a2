/**
 * Sending: what was written here waits as text, in order, until there is a connection; then it is encrypted in the
 * group as it is now, kept as an entry with its counter, and submitted. The same bytes are submitted again after a
 * loss until the server has them, so that each message goes out once, in order.
 */
import { LIMITS } from '@sotto/contract';
import { type Bytes, hasCode, SottoError, utf8 } from '@sotto/crypto';
import type { GroupId } from '@sotto/protocol';
import {
  encodeStatuses,
  encodeText,
  MOST_TEXT,
  messageIdOf,
  type Origin,
  roomUri,
  userUri,
} from '@sotto/protocol/conversations';
import type { Problem } from '../api.ts';
import type { Core } from '../core.ts';
import { isMessageName, newMessageName } from '../message-name.ts';
import { problemOf } from '../problem.ts';
import { PROFILE_KEY } from '../session/profile.ts';
import { ensureReadable } from './come-back.ts';
import type { Commits } from './commits.ts';
import type { Groups } from './groups.ts';
import { beginDirectGroup, joinOwnGroups } from './join.ts';
import {
  type ConversationId,
  type ConversationRecord,
  KEY,
  type MarksRecord,
  type OutgoingRecord,
  type PendingRecord,
} from './records.ts';
import type { TimelineChange } from './timeline.ts';
import { isToEnter } from './waiting.ts';

/** Marks that one report carries at most. */
const MARKS_AT_ONCE = 200;
const PAUSE = 2_000;
/** How many waiting messages are looked through for one that can go out. */
const LOOK_AHEAD = 200;
/** Nothing is wrong with the message, but its conversation has to wait; others go on. */
const WAITING = ['nobody_there', 'handshake_conflict', 'server_error', 'group_state_invalid'];
/** Nothing can be sent at all just now. */
const LATER = ['offline', 'not_signed_in', 'too_many_requests', 'store_full', 'store_failed'];

export class Sender {
  readonly #core: Core;
  readonly #groups: Groups;
  readonly #commits: Commits;
  readonly #onTrouble: (error: unknown) => void;
  #running = false;
  #ended: Promise<void> = Promise.resolve();
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  /** Conversations in which nothing can be sent until the next try. */
  readonly #waiting = new Set<ConversationId>();

  /** @param onTrouble where sending stops for a reason that does not pass by itself */
  constructor(core: Core, groups: Groups, commits: Commits, onTrouble: (error: unknown) => void) {
    this.#core = core;
    this.#groups = groups;
    this.#commits = commits;
    this.#onTrouble = onTrouble;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Queues a text, once under each id. Resolves when it is durable here. */
  async queue(
    conversation: ConversationId,
    text: string,
    id = newMessageName(this.#core.random),
  ): Promise<{ id: string }> {
    const content = text.trim();
    if (content === '') throw new SottoError('message_empty', 'There is nothing to send.');
    if (utf8(content).length > MOST_TEXT) {
      throw new SottoError('message_too_long', 'This message is too long. Split it into several.');
    }
    if (!isMessageName(id)) throw new SottoError('bad_request', 'A message is named by 16 random bytes.');
    await this.#core.timeline.change(async (change) => {
      const record = change.conversation(conversation);
      if (record === undefined || record.state === 'declined') throw unknownConversation();
      if ((await positionOf(this.#core, conversation, id)) !== undefined) return;
      if (record.state === 'request') change.putConversation({ ...record, state: 'active' });
      const item = change.append(conversation, {
        kind: 'message',
        id,
        own: true,
        from: this.#core.self.accountId,
        text: content,
        time: this.#core.now(),
        status: 'queued',
        problem: null,
        messageId: null,
      });
      change.put(KEY.named(conversation, id), { position: item.position });
      change.delete(KEY.draft(conversation));
      this.#putPending(change, conversation, item.position);
    });
    this.kick();
    return { id };
  }

  /** Tries a failed message again, behind those that wait. */
  async retry(conversation: ConversationId, message: string): Promise<void> {
    const position = await requiredPosition(this.#core, conversation, message);
    await this.#core.timeline.change(async (change) => {
      const item = await change.item(conversation, position);
      if (item?.kind !== 'message' || item.status !== 'failed') return;
      change.putItem(conversation, { ...item, status: 'queued', problem: null });
      this.#putPending(change, conversation, position);
    });
    this.kick();
  }

  #putPending(change: TimelineChange, conversation: ConversationId, position: number): void {
    const { value } = this.#core.profile;
    const pending: PendingRecord = { sequence: value.sequence, conversation, position };
    const profile = { ...value, sequence: value.sequence + 1 };
    change.put(KEY.pending(pending.sequence), pending);
    change.put(PROFILE_KEY, profile);
    change.written.push(() => this.#core.profile.written(profile));
  }

  /** There may be something to send. */
  kick(): void {
    this.#again = true;
    if (!this.#running) this.#ended = this.#run();
  }

  /** Resolves when nothing is left that can be sent now. */
  async idle(): Promise<void> {
    while (this.#running) await this.#ended;
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        this.#waiting.clear();
        while (!this.#closed && this.#core.isOnline() && (await this.#step()));
        if (this.#waiting.size > 0) this.#later();
      }
    } catch (error) {
      if (LATER.some((code) => hasCode(error, code))) this.#later();
      else this.#onTrouble(error);
    } finally {
      this.#running = false;
    }
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => this.kick(), PAUSE);
  }

  /** Sends one thing; false where nothing is left, or enough is under way. */
  async #step(): Promise<boolean> {
    if (this.#core.outstanding.size >= LIMITS.submissions) return false;
    const pendings = await this.#core.store.range<PendingRecord>({ prefix: KEY.pendings, limit: LOOK_AHEAD });
    const next = pendings.find(([, { conversation }]) => !this.#waiting.has(conversation));
    if (next !== undefined) return this.#try(next[1].conversation, () => this.#sendText(next[1]));
    for (const conversation of this.#core.timeline.all()) {
      if (conversation.state !== 'active' || this.#waiting.has(conversation.id)) continue;
      if (await this.#owesMarks(conversation))
        return this.#try(conversation.id, () => this.#sendMarks(conversation));
    }
    return false;
  }

  /** Runs `send` under the groups' lock; a conversation in which nothing can be sent now is left for later. */
  async #try(conversation: ConversationId, send: () => Promise<void>): Promise<boolean> {
    try {
      await this.#groups.lock.run(send);
    } catch (error) {
      if (!WAITING.some((code) => hasCode(error, code))) throw error;
      this.#waiting.add(conversation);
    }
    return true;
  }

  async #sendText(pending: PendingRecord): Promise<void> {
    const { conversation: id, position } = pending;
    const item = await this.#core.timeline.item(id, position);
    const conversation = this.#core.timeline.get(id);
    if (item?.kind !== 'message' || item.status !== 'queued' || conversation === undefined) {
      await this.#core.timeline.change((change) => change.delete(KEY.pending(pending.sequence)));
      return;
    }
    try {
      const group = await this.#groupOf(conversation);
      await this.#prepare(group);
      const origin = this.#origin(group, item.time);
      const plaintext = encodeText(item.text, origin, this.#core.random);
      const messageId = await messageIdOf(plaintext, origin.senderUri, origin.roomUri);
      await this.#submit(group, plaintext, { conversation: id, position }, (change) => {
        change.delete(KEY.pending(pending.sequence));
        change.putItem(id, { ...item, messageId });
        change.put(KEY.message(id, messageId), { position });
      });
    } catch (error) {
      if ([...LATER, ...WAITING].some((code) => hasCode(error, code))) throw error;
      await this.#fail(pending, problemOf(error));
    }
  }

  async #fail(pending: PendingRecord, problem: Problem): Promise<void> {
    await this.#core.timeline.change(async (change) => {
      change.delete(KEY.pending(pending.sequence));
      await change.fail(pending.conversation, pending.position, problem);
    });
  }

  async #owesMarks(conversation: ConversationRecord): Promise<boolean> {
    const owed = await this.#core.store.get<MarksRecord>(KEY.marks(conversation.id));
    if (owed === undefined || owed.delivered.length + owed.read.length === 0) return false;
    return this.#activeGroup(conversation) !== undefined && problemWith(this.#core, conversation) === null;
  }

  /** One report of what was delivered and read here. */
  async #sendMarks(conversation: ConversationRecord): Promise<void> {
    const group = this.#activeGroup(conversation);
    if (group === undefined) return;
    await this.#prepare(group);
    const key = KEY.marks(conversation.id);
    const marks = (await this.#core.store.get<MarksRecord>(key)) ?? { delivered: [], read: [] };
    const read = marks.read.slice(0, MARKS_AT_ONCE);
    const delivered = marks.delivered.slice(0, MARKS_AT_ONCE - read.length);
    const statuses = [
      ...read.map((messageId) => ({ messageId, status: 'read' as const })),
      ...delivered
        .filter((messageId) => !read.includes(messageId))
        .map((messageId) => ({ messageId, status: 'delivered' as const })),
    ];
    // Another own device may have seen to them since.
    if (statuses.length === 0) return;
    const plaintext = encodeStatuses(statuses, this.#origin(group, this.#core.now()), this.#core.random);
    await this.#submit(group, plaintext, null, async (change) => {
      // Marks that came to be owed meanwhile stay.
      const now = (await this.#core.store.get<MarksRecord>(key)) ?? marks;
      change.put(key, {
        read: now.read.filter((id) => !read.includes(id)),
        delivered: now.delivered.filter((id) => !delivered.includes(id)),
      });
    });
  }

  #origin(group: GroupId, written: number): Origin {
    const { address, domain } = this.#core.self;
    return { senderUri: userUri(address), roomUri: roomUri(domain, group), written };
  }

  /** The group's state is there, its members are as their accounts say, and no commit of ours is open. */
  async #prepare(group: GroupId): Promise<void> {
    await ensureReadable(this.#core, this.#groups, group);
    await this.#commits.offer(group);
    await this.#commits.removeForeignLeaves(group);
  }

  async #groupOf(conversation: ConversationRecord): Promise<GroupId> {
    const problem = problemWith(this.#core, conversation);
    if (problem !== null) throw new SottoError(problem.code, problem.message);
    const group =
      this.#activeGroup(conversation) ??
      (await this.#enterWaiting(conversation)) ??
      (await this.#beginAnew(conversation));
    if (group === undefined) {
      throw new SottoError('conversation_ended', 'This device is not part of this conversation any more.');
    }
    return group;
  }

  /** A request that was just accepted: this device enters its group. */
  async #enterWaiting({ id }: ConversationRecord): Promise<GroupId | undefined> {
    if (!(await isToEnter(this.#core))) return undefined;
    await joinOwnGroups(this.#core, this.#groups);
    const conversation = this.#core.timeline.get(id);
    return conversation && this.#activeGroup(conversation);
  }

  /** Where the group of a conversation is lost for good, another takes its place. */
  async #beginAnew({ id, groups }: ConversationRecord): Promise<GroupId | undefined> {
    const peer = this.#core.directory.get(id);
    const lost = groups.some((group) => this.#groups.get(group)?.givenUp === true);
    if (!lost || peer === undefined) return undefined;
    await beginDirectGroup(this.#core, this.#groups, peer);
    const conversation = this.#core.timeline.get(id);
    return conversation && this.#activeGroup(conversation);
  }

  /** The group that both sides use where there are several: the lowest id. */
  #activeGroup(conversation: ConversationRecord): GroupId | undefined {
    return conversation.groups.find((id) => this.#groups.get(id)?.active === true);
  }

  async #submit(
    id: GroupId,
    plaintext: Bytes,
    line: OutgoingRecord['line'],
    more: (change: TimelineChange) => Promise<void> | void,
  ): Promise<void> {
    const record = this.#groups.get(id);
    if (record === undefined) throw unknownConversation();
    const engine = await this.#groups.engine();
    const { message, group } = await engine.encrypt(await this.#groups.handle(id), plaintext);
    const counter = await this.#groups.advance(record, group, async (change) => {
      const profile = { ...this.#core.profile.value, counter: this.#core.profile.value.counter + 1 };
      const outgoing: OutgoingRecord = { counter: profile.counter, group: id, bytes: message, line };
      change.put(KEY.outgoing(outgoing.counter), outgoing);
      change.put(PROFILE_KEY, profile);
      await more(change);
      change.written.push(() => {
        this.#core.profile.written(profile);
        this.#core.outstanding.add(outgoing.counter);
      });
      return outgoing.counter;
    });
    this.#core.send({ type: 'submit', counter, stream: id, bytes: message });
  }
}

/** Where the own message with an interface's name for it stands. */
async function positionOf(core: Core, id: ConversationId, name: string): Promise<number | undefined> {
  return (await core.store.get<{ position: number }>(KEY.named(id, name)))?.position;
}

/** Throws `unknown_message`. */
export async function requiredPosition(core: Core, id: ConversationId, name: string): Promise<number> {
  const position = await positionOf(core, id, name);
  if (position !== undefined) return position;
  throw new SottoError('unknown_message', 'There is no such message on this device.');
}

/** Why nothing may be sent in a conversation now; null where it may. */
export function problemWith(core: Core, conversation: ConversationRecord): Problem | null {
  const address = core.directory.get(conversation.id)?.address;
  if (address !== undefined && core.directory.hasChanged(address)) {
    return {
      code: 'keys_changed',
      message: `The keys of ${address} have changed since you verified them. Nothing is sent until you have compared again, or go on without.`,
    };
  }
  return null;
}

export function unknownConversation(): SottoError {
  return new SottoError('unknown_conversation', 'There is no such conversation on this device.');
}
