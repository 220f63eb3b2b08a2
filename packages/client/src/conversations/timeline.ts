/**
 * The lines of conversations: appended, changed and read as changes to one batch, so that a line, the state of the
 * group that it came by and the position in the stream become durable together or not at all.
 *
 * All changes of records go through {@link Timeline.change}, one at a time; nothing in it waits for the network.
 */
import type { MessageId } from '@sotto/protocol/conversations';
import type { MessageStatus, Problem } from '../api.ts';
import type { ContactList } from '../identity/contacts.ts';
import type { Live } from '../live.ts';
import type { Lock } from '../lock.ts';
import type { SealedChange, SealedStore } from '../store/sealed-store.ts';
import { type ConversationId, type ConversationRecord, type ItemRecord, KEY } from './records.ts';

/** A line without its place. */
export type NewItem = ItemRecord extends infer I
  ? I extends ItemRecord
    ? Omit<I, 'position'>
    : never
  : never;

const RANK: Record<MessageStatus, number> = { failed: 0, queued: 1, sent: 2, delivered: 3, read: 4 };

export interface TimelineOptions {
  readonly store: SealedStore;
  readonly live: Live;
  readonly lock: Lock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What was decided elsewhere of people whom this device meets for the first time. */
  readonly list: ContactList;
  /** The person has accepted or blocked somebody. */
  readonly onDecided: () => void;
}

export class Timeline {
  readonly #store: SealedStore;
  readonly #live: Live;
  readonly #lock: Lock;
  readonly #options: TimelineOptions;
  readonly #conversations = new Map<ConversationId, ConversationRecord>();

  constructor(options: TimelineOptions) {
    this.#store = options.store;
    this.#live = options.live;
    this.#lock = options.lock;
    this.#options = options;
  }

  async load(): Promise<void> {
    for (const [, record] of await this.#store.range<ConversationRecord>({ prefix: KEY.conversations })) {
      this.#conversations.set(record.id, record);
    }
  }

  get(id: ConversationId): ConversationRecord | undefined {
    return this.#conversations.get(id);
  }

  all(): readonly ConversationRecord[] {
    return [...this.#conversations.values()];
  }

  /** The newest `limit` lines and all from position `from` on, oldest first. */
  async items(
    id: ConversationId,
    limit: number,
    from = Number.POSITIVE_INFINITY,
  ): Promise<{ items: readonly ItemRecord[]; more: boolean }> {
    const since = Math.max(0, (this.#conversations.get(id)?.next ?? 0) - from);
    const wanted = Math.max(limit, since);
    const range = { prefix: KEY.items(id), reverse: true, limit: wanted + 1 };
    const found = (await this.#store.range<ItemRecord>(range)).map(([, item]) => item);
    return { items: found.slice(0, wanted).reverse(), more: found.length > wanted };
  }

  item(id: ConversationId, position: number): Promise<ItemRecord | undefined> {
    return this.#store.get<ItemRecord>(KEY.item(id, position));
  }

  /** Runs `work` alone and writes what it did in one batch; where that fails, nothing has changed. */
  change<T>(work: (change: TimelineChange) => Promise<T> | T): Promise<T> {
    return this.#lock.run(async () => {
      const change = new TimelineChange(this.#options, this.#conversations);
      const result = await work(change);
      if (change.batch.length > 0) await this.#store.batch(change.batch);
      for (const written of change.written) written();
      for (const record of change.conversations.values()) this.#conversations.set(record.id, record);
      this.#live.changed(...change.topics);
      if (change.decided) this.#options.onDecided();
      return result;
    });
  }
}

/** One batch in the making. */
export class TimelineChange {
  readonly batch: SealedChange[] = [];
  readonly conversations = new Map<ConversationId, ConversationRecord>();
  readonly topics = new Set<string>();
  /** Called once the batch is durable. */
  readonly written: (() => void)[] = [];
  /** Somebody was accepted or blocked. */
  decided = false;
  readonly #store: SealedStore;
  readonly #options: TimelineOptions;
  readonly #before: ReadonlyMap<ConversationId, ConversationRecord>;
  readonly #items = new Map<string, ItemRecord>();

  constructor(options: TimelineOptions, before: ReadonlyMap<ConversationId, ConversationRecord>) {
    this.#store = options.store;
    this.#options = options;
    this.#before = before;
  }

  put(key: string, value: object): void {
    this.batch.push({ put: key, value });
  }

  delete(key: string): void {
    this.batch.push({ delete: key });
  }

  conversation(id: ConversationId): ConversationRecord | undefined {
    return this.conversations.get(id) ?? this.#before.get(id);
  }

  /** The conversation's record, made if there is none: in `state`, unless another device has decided already. */
  require(id: ConversationId, state: ConversationRecord['state']): ConversationRecord {
    const there = this.conversation(id);
    if (there !== undefined) return there;
    const fresh: ConversationRecord = { id, groups: [], state, next: 1, seen: 0, unread: 0, last: null };
    const known = this.#options.list.get(id);
    if (known === undefined || known.relation === null) return fresh;
    const decided = known.relation === 'blocked' ? 'declined' : 'active';
    return { ...fresh, state: decided, decided: known.relationTime };
  }

  /** Where this changes what the person decided, it bears a time later than the decision before. */
  putConversation(changed: ConversationRecord): void {
    const before = this.conversation(changed.id);
    const isNew = changed.state !== 'request' && changed.state !== before?.state;
    const record =
      isNew && changed.decided === before?.decided
        ? { ...changed, decided: Math.max(this.#options.now(), (before?.decided ?? 0) + 1) }
        : changed;
    this.decided ||= isNew;
    this.conversations.set(record.id, record);
    this.put(KEY.conversation(record.id), record);
    this.topics.add('conversations').add(`conversation/${record.id}`);
  }

  /** Appends a line; the conversation must exist. */
  append(id: ConversationId, item: NewItem): ItemRecord {
    const record = this.conversation(id);
    if (record === undefined) throw new RangeError('no such conversation');
    const placed: ItemRecord = { ...item, position: record.next };
    this.putItem(id, placed);
    if (placed.kind === 'message' && placed.messageId !== null) {
      this.put(KEY.message(id, placed.messageId), { position: placed.position });
    }
    const unread = placed.kind === 'message' && !placed.own ? record.unread + 1 : record.unread;
    const { position, time } = placed;
    const last =
      placed.kind === 'message'
        ? { position, time, text: preview(placed.text), own: placed.own }
        : record.last;
    this.putConversation({ ...record, next: record.next + 1, unread, last });
    return placed;
  }

  note(id: ConversationId, time: number, tone: 'plain' | 'warning', text: string): void {
    this.append(id, { kind: 'note', time, tone, text });
  }

  putItem(id: ConversationId, item: ItemRecord): void {
    const key = KEY.item(id, item.position);
    this.#items.set(key, item);
    this.put(key, item);
    this.topics.add(`items/${id}`).add('conversations').add(`conversation/${id}`);
  }

  removeItem(id: ConversationId, position: number): void {
    this.delete(KEY.item(id, position));
    const record = this.conversation(id);
    if (record?.last?.position === position) this.putConversation({ ...record, last: null });
    this.topics.add(`items/${id}`);
  }

  async item(id: ConversationId, position: number): Promise<ItemRecord | undefined> {
    const key = KEY.item(id, position);
    return this.#items.get(key) ?? (await this.#store.get<ItemRecord>(key));
  }

  /** Where a message with this MIMI id stands. */
  async positionOf(id: ConversationId, messageId: MessageId): Promise<number | undefined> {
    const key = KEY.message(id, messageId);
    const fresh = this.batch.find((change) => 'put' in change && change.put === key);
    if (fresh !== undefined && 'value' in fresh) return (fresh.value as { position: number }).position;
    return (await this.#store.get<{ position: number }>(key))?.position;
  }

  /** Raises the status of an own message; never lowers it. */
  async raiseStatus(id: ConversationId, position: number, status: MessageStatus): Promise<void> {
    const item = await this.item(id, position);
    if (item?.kind !== 'message' || !item.own || RANK[item.status] >= RANK[status]) return;
    this.putItem(id, { ...item, status, problem: null });
  }

  async fail(id: ConversationId, position: number, problem: Problem): Promise<void> {
    const item = await this.item(id, position);
    if (item?.kind === 'message') this.putItem(id, { ...item, status: 'failed', problem });
  }
}

function preview(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
