/**
 * The states in which a group's members may be. Whether a commit opens for the members cannot be seen from outside,
 * and from one that they ignore they do not go on. So the newest few are kept, each as the GroupInfo that came with
 * its commit; which of them a commit goes on from shows in its signature.
 */
import { wireErrorOf } from '@sotto/contract';
import type { Bytes } from '@sotto/crypto/public';
import {
  decodeMessage,
  followFromGroupInfo,
  MlsError,
  type PublicEnvironment,
  type PublicGroup,
  WireFormat,
} from '@sotto/mls/public';
import type { GroupId } from '@sotto/protocol/public';
import type { Tables, Write } from '../../platform/database/database.ts';

/** States kept of a group: so many commits in a row may be ignored by the members, and they still can go on. */
export const STATES_KEPT = 8;

/** Bytes of GroupInfo whose groups are kept in memory. */
const CACHE_SIZE = 8 * 1_048_576;

export interface KnownState {
  /** The handshake entry that led to it; 0 for the one that the group was created in. */
  readonly number: number;
  readonly epoch: bigint;
  /** The device that made it; null for one from before this was kept. */
  readonly maker: number | null;
  readonly size: number;
  /** Throws `group_unsupported` where what was stored cannot be followed. */
  readonly group: () => Promise<PublicGroup>;
}

/** Replaces the oldest state, once there are enough. */
export async function storeState(
  tables: Write,
  group: GroupId,
  state: { readonly number: number; readonly info: Bytes; readonly maker: number },
): Promise<void> {
  await tables
    .insertInto('group_states')
    .values({ group_id: group, ...state })
    .execute();
  const kept = tables
    .selectFrom('group_states')
    .select('number')
    .where('group_id', '=', group)
    .orderBy('number', 'desc')
    .limit(STATES_KEPT);
  await tables
    .deleteFrom('group_states')
    .where('group_id', '=', group)
    .where('number', 'not in', kept)
    .execute();
}

/** From the oldest to the newest. Throws `group_unsupported` where one is of a kind that cannot be followed. */
export async function loadStates(
  tables: Tables,
  env: PublicEnvironment,
  group: GroupId,
): Promise<readonly KnownState[]> {
  const rows = await tables
    .selectFrom('group_states')
    .select(['number', 'info', 'maker'])
    .where('group_id', '=', group)
    .orderBy('number')
    .execute();
  return rows.map(({ number, info, maker }) => {
    const message = decodeMessage(info);
    if (message?.wireFormat !== WireFormat.groupInfo) throw wireErrorOf('group_unsupported');
    const { epoch, cipherSuite } = message.groupInfo.groupContext;
    if (env.provider.suite(cipherSuite) === undefined) throw wireErrorOf('group_unsupported');
    let followed: Promise<PublicGroup> | undefined;
    const group = () => (followed ??= followStored(env, info));
    return { number, epoch, maker, size: info.length, group };
  });
}

async function followStored(env: PublicEnvironment, info: Bytes): Promise<PublicGroup> {
  try {
    return await followFromGroupInfo(env, info);
  } catch (error) {
    throw error instanceof MlsError ? wireErrorOf('group_unsupported', error) : error;
  }
}

/** Those from which a device can go on: it has entered the epoch of its own last commit, and knows no way back. */
export function openTo(states: readonly KnownState[], device: number): readonly KnownState[] {
  const own = states.findLastIndex(({ maker }) => maker === device);
  return own === -1 ? states : states.slice(own);
}

/** The states of the groups that were changed last. */
export class StateCache {
  readonly #groups = new Map<GroupId, readonly KnownState[]>();
  #size = 0;

  /** Undefined where they are not here, or do not end with the state of entry `newest`. */
  get(group: GroupId, newest: number): readonly KnownState[] | undefined {
    const states = this.#groups.get(group);
    return states?.at(-1)?.number === newest ? states : undefined;
  }

  set(group: GroupId, states: readonly KnownState[]): void {
    this.#delete(group);
    this.#groups.set(group, states);
    this.#size += sizeOf(states);
    for (const oldest of this.#groups.keys()) {
      if (this.#size <= CACHE_SIZE) break;
      this.#delete(oldest);
    }
  }

  #delete(group: GroupId): void {
    this.#size -= sizeOf(this.#groups.get(group) ?? []);
    this.#groups.delete(group);
  }
}

function sizeOf(states: readonly KnownState[]): number {
  return states.reduce((sum, { size }) => sum + size, 0);
}
