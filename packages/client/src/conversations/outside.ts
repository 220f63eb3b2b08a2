/**
 * Entering a group from outside, by an external commit on the group information that the server keeps: with nobody's
 * help and nobody else online. What the server hands out is believed as far as members have signed it.
 */
import { conversations as routes } from '@sotto/contract';
import { hasCode, SottoError, toBase64Url } from '@sotto/crypto';
import { type AccountId, type GroupId, idFromBytes } from '@sotto/protocol';
import { decodeDirectContext, type Group, type GroupInfoHeader } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { isBlocked } from '../identity/contacts.ts';
import { requiredBytes } from '../identity/slot-act.ts';
import { judge } from './authenticate.ts';
import { wasRefused } from './commits.ts';
import { ownCredential } from './key-packages.ts';
import { KEY } from './records.ts';

const TRIES = 4;

/** A group that was entered; it is not kept yet. */
export interface Entered {
  readonly group: Group;
  /** Number of the commit's entry: nothing before it is for this state. */
  readonly number: number;
  readonly conversation: AccountId;
}

export interface OutsideOptions {
  /** Removes the own former leaf, if there is one, by the same commit. */
  readonly replaceOwn: boolean;
  /** Throws where the group information is not wanted. */
  readonly check?: (info: GroupInfoHeader) => void;
  /** The other account, where it is known. */
  readonly conversation?: AccountId;
  /** Throws where a group with that account is not to be entered now. Nothing has left this device yet. */
  readonly admit?: (conversation: AccountId) => Promise<void>;
  /** Called before the commit is offered. */
  readonly beforeOffer?: () => Promise<void>;
}

/**
 * Until the caller has kept the group, a record says that this device may be a member without its state; where the
 * server has refused, it is as it was.
 * Throws `group_info_invalid`, `group_invalid`, `leaf_refused`, `person_blocked`, and what requests throw.
 */
export async function enterFromOutside(core: Core, id: GroupId, options: OutsideOptions): Promise<Entered> {
  const before = await core.store.get(KEY.joining(id));
  for (let tries = 1; ; tries++) {
    const info = await core.http.request(routes.getGroupInfo, { groupId: id }, await core.token());
    const { group, conversation, ...joined } = await join(core, id, requiredBytes(info.groupInfo), options);
    // Whoever is blocked learns nothing of this device, and is not heard on it.
    if (isBlocked(core, conversation)) throw new SottoError('person_blocked', 'This person is blocked.');
    await options.admit?.(conversation);
    await core.store.put(KEY.joining(id), true);
    await options.beforeOffer?.();
    try {
      const { number } = await core.http.request(
        routes.commit,
        {
          groupId: id,
          follows: info.handshake,
          request: toBase64Url(core.random(16)),
          commit: toBase64Url(joined.commit),
          groupInfo: toBase64Url(joined.groupInfo),
          added: [{ accountId: core.self.accountId, deviceId: core.self.deviceId }],
          removed: [],
          welcome: null,
        },
        await core.token(),
      );
      return { group, number, conversation };
    } catch (error) {
      if (hasCode(error, 'handshake_conflict') && tries < TRIES) continue;
      if (before === undefined && wasRefused(error)) await core.store.delete(KEY.joining(id));
      throw error;
    }
  }
}

async function join(core: Core, id: GroupId, groupInfo: Uint8Array, options: OutsideOptions) {
  const engine = await core.engine();
  const header = engine.readGroupInfo(groupInfo);
  if (header === undefined || idFromBytes<GroupId>(header.groupId) !== id) {
    throw new SottoError('group_info_invalid', 'The server answered for another conversation.');
  }
  options.check?.(header);
  const { authenticate, rethrow } = judge(core.directory, core.self.accountId, 'ever');
  const { replaceOwn } = options;
  const joined = await engine
    .joinExternally(groupInfo, ownCredential(core), { replaceOwn, authenticate })
    .catch((error: unknown) => {
      rethrow();
      throw error;
    });
  const conversation = await otherAccount(core, joined.group);
  if (options.conversation !== undefined && options.conversation !== conversation) {
    throw new SottoError('group_info_invalid', 'The server answered for another conversation.');
  }
  return { ...joined, conversation };
}

/** The other of the two accounts. Throws where a third one has a leaf, or the group is not between two. */
export async function otherAccount(core: Core, group: Group): Promise<AccountId> {
  const engine = await core.engine();
  const accounts = decodeDirectContext(engine.context(group));
  const other = accounts?.find((account) => account !== core.self.accountId);
  if (accounts === undefined || other === undefined || !accounts.includes(core.self.accountId)) {
    throw new SottoError('group_invalid', 'This conversation is not one between you and another person.');
  }
  return other;
}
