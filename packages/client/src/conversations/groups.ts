/**
 * The MLS groups of this device: their records, the engine's view of each, and the one lock under which a group's
 * state moves on. A state is durable before anything made with it leaves (DESIGN section 4).
 */
import { type Bytes, copyBytes, hasCode, SottoError } from '@sotto/crypto';
import type { GroupId } from '@sotto/protocol';
import type { Group, KeptPage, MlsEngine } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { Lock } from '../lock.ts';
import { type GroupRecord, KEY } from './records.ts';
import type { TimelineChange } from './timeline.ts';

export class Groups {
  /** Holds off every other step of every group; may wait for the network. */
  readonly lock = new Lock();
  readonly #core: Core;
  readonly #records = new Map<GroupId, GroupRecord>();
  readonly #handles = new Map<GroupId, Group>();

  constructor(core: Core) {
    this.#core = core;
  }

  async load(): Promise<void> {
    for (const [, record] of await this.#core.store.range<GroupRecord>({ prefix: KEY.groups })) {
      // A profile of an older version may lack what came later.
      this.#records.set(record.id, { ...LATER, ...record });
    }
    await this.#forgetEnded();
  }

  /** The states of groups that were given up long ago. */
  async #forgetEnded(): Promise<void> {
    for (const { ended, ...record } of this.#records.values()) {
      if (ended === undefined || this.#core.now() - ended < STREAM_KEEPS) continue;
      await this.end(record, () => undefined);
    }
  }

  get(id: GroupId): GroupRecord | undefined {
    return this.#records.get(id);
  }

  all(): readonly GroupRecord[] {
    return [...this.#records.values()];
  }

  engine(): Promise<MlsEngine> {
    return this.#core.engine();
  }

  /** The engine's view of the group as it was last kept. Throws `group_state_invalid` where it is lost. */
  async handle(id: GroupId): Promise<Group> {
    const known = this.#handles.get(id);
    if (known !== undefined) return known;
    const fixed = await unlessDamaged(this.#core.store.get<Bytes>(KEY.groupFixed(id)));
    const pages = await unlessDamaged(this.#core.store.range<KeptPage>({ prefix: KEY.groupPages(id) }));
    if (fixed === undefined || pages === undefined) throw stateLost();
    const engine = await this.engine();
    const group = await engine.decode({ fixed: copyBytes(fixed), moving: pages.map(([, page]) => page) });
    this.#handles.set(id, group);
    return group;
  }

  /** False where the state is lost; throws where that cannot be said, as with one of a newer version. */
  async isReadable(id: GroupId): Promise<boolean> {
    try {
      await this.handle(id);
      return true;
    } catch (error) {
      if (hasCode(error, 'group_state_invalid')) return false;
      throw error;
    }
  }

  /** Whether there is a state at all; what it is worth shows when it is used. */
  async isKept(id: GroupId): Promise<boolean> {
    if (this.#handles.has(id)) return true;
    return (await unlessDamaged(this.#core.store.get<KeptPage>(KEY.groupPage(id, 0)))) !== undefined;
  }

  /**
   * Moves a group on: `work` may add lines and more to the same batch. Where the batch fails, the group is read anew
   * from what was last kept, so that no step is taken twice with the same keys.
   */
  async advance<T>(
    record: GroupRecord,
    group: Group,
    work: (change: TimelineChange) => Promise<T> | T,
  ): Promise<T> {
    const epoch = Math.max(record.epoch, group.epoch);
    const next: GroupRecord = { ...record, epoch, active: group.active };
    if (!group.active) return this.end(next, work);
    const { fixed, moving } = (await this.engine()).encode(group, this.#handles.get(record.id));
    try {
      const result = await this.#core.timeline.change(async (change) => {
        change.put(KEY.group(record.id), next);
        if (fixed !== null) {
          await this.#deleteState(change, record.id);
          change.put(KEY.groupFixed(record.id), fixed);
        }
        for (const page of moving) change.put(KEY.groupPage(record.id, page.place), page);
        return work(change);
      });
      this.#records.set(record.id, next);
      this.#handles.set(record.id, group);
      return result;
    } catch (error) {
      this.forget(record.id);
      throw error;
    }
  }

  /** Keeps the record of a group that this device is in no more, and none of its keys (RFC 9420 section 12.4.2). */
  async end<T>(record: GroupRecord, work: (change: TimelineChange) => Promise<T> | T): Promise<T> {
    this.forget(record.id);
    return this.note(record, async (change) => {
      await this.#deleteState(change, record.id);
      return work(change);
    });
  }

  async #deleteState(change: TimelineChange, id: GroupId): Promise<void> {
    for (const key of await this.#core.store.keys({ prefix: KEY.groupPages(id) })) change.delete(key);
    change.delete(KEY.groupFixed(id));
  }

  /** Changes a record beside the engine's state. */
  async note<T>(record: GroupRecord, work: (change: TimelineChange) => Promise<T> | T): Promise<T> {
    const result = await this.#core.timeline.change(async (change) => {
      change.put(KEY.group(record.id), record);
      return work(change);
    });
    this.#records.set(record.id, record);
    return result;
  }

  /** The engine's view is used up or doubtful: the next use decodes what was last kept. */
  forget(id: GroupId): void {
    this.#handles.delete(id);
  }
}

const LATER = { epoch: 0, missed: 0 };
/** How long a stream keeps an entry (docs/spec/streams.md), in milliseconds. */
const STREAM_KEEPS = 30 * 86_400_000;

export function groupRecord(
  id: GroupId,
  conversation: GroupRecord['conversation'],
  number: number,
  handshake: number,
): GroupRecord {
  return {
    id,
    conversation,
    cursor: number,
    handshake,
    ...LATER,
    staged: null,
    heard: [],
    active: true,
  };
}

/** Undefined for what does not open: it is as good as lost. */
function unlessDamaged<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (hasCode(error, 'store_damaged')) return undefined;
    throw error;
  });
}

function stateLost(): SottoError {
  return new SottoError('group_state_invalid', 'The kept state of a conversation is missing.');
}
