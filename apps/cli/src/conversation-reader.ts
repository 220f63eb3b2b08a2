/** Writes out the lines of one conversation, each once, and then what is new or has changed. */
import type { ConversationSummary, Item, MessageStatus } from '@sotto/client/api';
import type { LineWriter, Place, StatusChange } from './lines.ts';
import type { OpenProfile } from './profile.ts';

const ALL = Number.MAX_SAFE_INTEGER - 1;
/** Lines that are looked at after each change; where more are new at once, all are. */
const WINDOW = 200;

export interface ReaderOptions {
  readonly writer: LineWriter;
  /** Milliseconds since 1970. */
  readonly since: number | undefined;
  /** Leave out what was read, here or on another device. */
  readonly unreadOnly: boolean;
  /** Mark as read what was written out. */
  readonly mark: boolean;
}

export class ConversationReader {
  readonly #profile: OpenProfile;
  readonly #place: Place;
  /** Lines up to this position were seen on this device. */
  readonly #seen: number;
  readonly #options: ReaderOptions;
  /** By id: the status of each message that is known, null for other lines. */
  readonly #known = new Map<string, MessageStatus | null>();
  #marked = 0;
  #newest = 0;
  /** Nothing from behind this position on is marked: there is something new that was not written. */
  #end = ALL;
  #stop: () => void = () => undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(profile: OpenProfile, conversation: ConversationSummary, options: ReaderOptions) {
    this.#profile = profile;
    this.#place = { conversation: conversation.id, address: conversation.with.address };
    this.#seen = conversation.seen;
    this.#options = options;
  }

  /** Writes the lines that are there; resolves with how many. */
  async begin(): Promise<number> {
    const { items } = await this.#profile.value('items', {
      conversation: this.#place.conversation,
      limit: ALL,
    });
    const { since = 0, unreadOnly } = this.#options;
    const unread = items.find((item) => item.kind === 'message' && this.#isNew(item));
    const from = unreadOnly ? (unread?.position ?? ALL) : 0;
    const wanted = items.filter((item) => item.time >= since && (item.position >= from || this.#isNew(item)));
    const leftOut = items.find((item) => item.time < since && this.#isNew(item));
    this.#end = (leftOut?.position ?? ALL) - 1;
    for (const item of items) this.#remember(item);
    for (const item of wanted) this.#options.writer.line(this.#place, item);
    if (wanted.length > 0) await this.#mark();
    return wanted.length;
  }

  /** From now on, writes what comes, until {@link end}. */
  follow(): void {
    const query = { conversation: this.#place.conversation, limit: WINDOW };
    this.#stop = this.#profile.watch('items', query, (value) => {
      this.#work = this.#work.then(() => this.#take(value)).catch(() => undefined);
    });
  }

  /** A message that another device has read is not new here; what is no message, such as a new device, is. */
  #isNew(item: Item): boolean {
    const isRead = item.kind === 'message' && (item.own || item.status === 'read');
    return item.position > this.#seen && !isRead;
  }

  async end(): Promise<void> {
    this.#stop();
    await this.#work;
  }

  async #take({ items, more }: { items: readonly Item[]; more: boolean }): Promise<void> {
    const gap = more && (items[0]?.position ?? 0) > this.#newest + 1;
    const all = gap
      ? (await this.#profile.value('items', { conversation: this.#place.conversation, limit: ALL })).items
      : items;
    const changes = all.map((item) => this.#write(item)).filter((change) => change !== undefined);
    if (changes.length > 0) this.#options.writer.statuses(this.#place, changes);
    await this.#mark();
  }

  /** Writes a line that is new, or returns the change of one that was written. */
  #write(item: Item): StatusChange | undefined {
    const before = this.#known.get(item.id);
    this.#remember(item);
    if (before === undefined) this.#options.writer.line(this.#place, item);
    else if (item.kind === 'message' && item.own && before !== item.status) return item;
    return undefined;
  }

  #remember(item: Item): void {
    this.#known.set(item.id, item.kind === 'message' ? item.status : null);
    this.#newest = Math.max(this.#newest, item.position);
  }

  async #mark(): Promise<void> {
    const position = Math.min(this.#newest, this.#end);
    if (!this.#options.mark || position <= this.#marked) return;
    this.#marked = position;
    await this.#profile.call('markRead', { conversation: this.#place.conversation, position });
  }
}
