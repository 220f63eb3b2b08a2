/** Entering groups: as the one who begins, by a welcome, and by oneself as a further device of a member. */
import { decodeWelcomeEntry, type Entry, conversations as routes } from '@sotto/contract';
import { hasCode, SottoError, toBase64Url } from '@sotto/crypto';
import { type AccountId, type DeviceId, type GroupId, idBytes, idFromBytes, newId } from '@sotto/protocol';
import { directAccounts, encodeDirectContext, type Leaf } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { isCertified } from '../directory/certify.ts';
import type { Pin } from '../directory/pin.ts';
import { requiredBytes } from '../identity/slot-act.ts';
import { claimOf, judge } from './authenticate.ts';
import { comeBack, needsReturn } from './come-back.ts';
import { wasRefused } from './commits.ts';
import { dropBegun, enter, enterBegun, keepBegun, settleBegun } from './enter.ts';
import { type Groups, groupRecord } from './groups.ts';
import { ownCredential } from './key-packages.ts';
import { enterFromOutside, otherAccount } from './outside.ts';
import { type ConversationId, type GroupRecord, KEY, type KeyPackageRecord } from './records.ts';
import { isAccepted, letWait, waitingOf } from './waiting.ts';

/** Begins a group with an account, whose devices may all be away. To be called under the groups' lock. */
export async function beginDirectGroup(core: Core, groups: Groups, peer: Pin): Promise<ConversationId> {
  if (await wasBegun(core, groups, peer.accountId)) return peer.accountId;
  const engine = await core.engine();
  const id = newId<GroupId>(core.random);
  const context = encodeDirectContext(directAccounts(core.self.accountId, peer.accountId));
  const [theirs, sisters] = [await claim(core, peer.accountId), await claim(core, core.self.accountId)];
  if (theirs.length === 0) {
    throw new SottoError(
      'nobody_there',
      `${peer.address} has no device that can receive messages yet. Try again later.`,
    );
  }
  const added = [...theirs, ...sisters];
  const { authenticate, rethrow } = judge(core.directory, core.self.accountId, 'current');
  const alone = await engine.createGroup(idBytes(id), ownCredential(core), context);
  const result = await engine
    .commit(alone, { add: added.map(({ keyPackage }) => keyPackage), authenticate })
    .catch((error: unknown) => {
      rethrow();
      throw error;
    });
  const group = await engine.adopt(alone, result.pending);
  await keepBegun(core, id, peer.accountId, group);
  const request = {
    groupId: id,
    members: added.map(({ accountId, deviceId }) => ({ accountId, deviceId })),
    welcome: result.welcome === null ? null : toBase64Url(result.welcome),
    groupInfo: toBase64Url(result.groupInfo),
  };
  await core.http.request(routes.createGroup, request, await core.token()).catch(async (error: unknown) => {
    if (wasRefused(error)) await dropBegun(core, id);
    throw error;
  });
  await enterBegun(core, groups, id);
  return peer.accountId;
}

/** Whether a try before, of which no answer came, has reached the server after all. */
async function wasBegun(core: Core, groups: Groups, peer: AccountId): Promise<boolean> {
  const begun = await core.store.range({ prefix: KEY.begunAll, limit: 1 });
  if (begun.length === 0) return false;
  const { groups: listed } = await core.http.request(routes.listGroups, {}, await core.token());
  await settleBegun(core, groups, listed);
  return core.timeline.get(peer)?.groups.some((id) => groups.get(id)?.active === true) === true;
}

/** One key package of each device of an account but this one, of those whose package holds what the server says. */
async function claim(core: Core, accountId: AccountId) {
  const engine = await core.engine();
  const { packages } = await core.http.request(routes.claimKeyPackages, { accountId }, await core.token());
  const claimed: {
    accountId: AccountId;
    deviceId: DeviceId;
    keyPackage: ReturnType<typeof requiredBytes>;
  }[] = [];
  for (const { deviceId, keyPackage: field } of packages) {
    if (deviceId === core.self.deviceId) continue;
    const keyPackage = requiredBytes(field);
    const info = await engine.readKeyPackage(keyPackage);
    const claim = info === undefined ? undefined : claimOf(info);
    if (info === undefined || claim?.accountId !== accountId || claim.deviceId !== deviceId) continue;
    if (info.lifetime.notAfter * 1000 < core.now()) continue;
    claimed.push({ accountId, deviceId, keyPackage });
  }
  return claimed;
}

/** Takes in a welcome from the device's stream. To be called under the groups' lock. */
export async function joinByWelcome(core: Core, groups: Groups, entry: Entry): Promise<void> {
  const content = entry.bytes === null ? undefined : decodeWelcomeEntry(entry.bytes);
  if (content === undefined || groups.get(content.group) !== undefined) return;
  const engine = await core.engine();
  const packages = await packagesFor(core, engine.welcomeRefs(content.welcome) ?? []);
  const { authenticate, rethrow } = judge(core.directory, core.self.accountId, 'ever');
  const { group, used, by } = await engine
    .join(content.welcome, packages, authenticate)
    .catch((error: unknown) => {
      rethrow();
      throw error;
    });
  if (idFromBytes<GroupId>(group.groupId) !== content.group)
    throw new SottoError('welcome_invalid', 'A welcome is for another conversation.');
  const conversation = await otherAccount(core, group);
  const knownBefore = core.timeline.get(conversation);
  const inviter = await inviterOf(core, by);
  const byOwnDevice = inviter === core.self.accountId;
  const state = byOwnDevice || knownBefore?.state === 'active' ? 'active' : 'request';
  const usedPackage = packages.find(({ ref }) => ref === toBase64Url(used));
  const record = groupRecord(content.group, conversation, content.after, content.after);
  await enter(groups, record, group, state, (change) => {
    if (usedPackage !== undefined && !usedPackage.lastResort) change.delete(KEY.keyPackage(usedPackage.ref));
  });
  if (byOwnDevice && !core.profile.value.confirmed) await core.profile.update({ confirmed: true });
}

/** The account that invited, by the device that signed the welcome: it must be one of its devices now. */
async function inviterOf(core: Core, by: Leaf): Promise<AccountId> {
  const claim = claimOf(by);
  if (claim === undefined || !(await isCertified(core.directory, claim, 'current'))) {
    throw new SottoError('leaf_refused', 'An invitation came from a device that is not part of its account.');
  }
  return claim.accountId;
}

async function packagesFor(core: Core, refs: readonly Uint8Array[]) {
  const found = await Promise.all(
    refs.map(async (bytes) => {
      const ref = toBase64Url(bytes);
      const record = await core.store.get<KeyPackageRecord>(KEY.keyPackage(ref));
      return record === undefined ? undefined : { ...record, ref };
    }),
  );
  return found.filter((record) => record !== undefined);
}

/**
 * Joins the groups of the own account in which this device is not yet, with nobody's help. To be called under the
 * groups' lock.
 */
export async function joinOwnGroups(core: Core, groups: Groups): Promise<void> {
  const { groups: listed } = await core.http.request(routes.listGroups, {}, await core.token());
  await settleBegun(core, groups, listed);
  for (const { groupId, member } of listed) {
    const own = knownGroup(core, groups, groupId);
    if (own !== undefined) {
      if (await needsReturn(core, groups, own)) await holdingUpNobody(() => comeBack(core, groups, own));
      continue;
    }
    const waiting = await waitingOf(core, groupId);
    if (waiting !== undefined && !isAccepted(core, waiting)) continue;
    // A member without the group's state has its welcome coming, unless the answer to its own joining went astray.
    const lost = waiting !== undefined || (await core.store.get(KEY.joining(groupId))) !== undefined;
    if (member && !lost) continue;
    // One that cannot be entered keeps this device out of no other: anybody can make a group with this account.
    await holdingUpNobody(() => joinExternally(core, groups, groupId, member));
  }
}

async function holdingUpNobody(act: () => Promise<unknown>): Promise<void> {
  await act().catch((error: unknown) => {
    if (PASSING.some((code) => hasCode(error, code))) throw error;
  });
}

/** A group that this device was in; its record too may be lost. */
function knownGroup(core: Core, groups: Groups, id: GroupId): GroupRecord | undefined {
  const conversation = core.timeline.all().find((one) => one.groups.includes(id));
  return groups.get(id) ?? (conversation && groupRecord(id, conversation.id, 0, 0));
}

/** Errors that say nothing of the group: all are tried again at the next connection. */
const PASSING = [
  'offline',
  'not_signed_in',
  'too_many_requests',
  'store_full',
  'store_failed',
  'random_failed',
];

const NEW_HERE = 'This device is new here. Earlier messages are only on devices that were there.';
const UNINVITED =
  'The invitation to this conversation could not be opened on this device, which has come in by itself. What was said before is missing here.';

/** A welcome that none of the kept key packages opens: the device has a place in the group, and takes it. */
export async function joinWithoutWelcome(core: Core, groups: Groups, entry: Entry): Promise<void> {
  const content = entry.bytes === null ? undefined : decodeWelcomeEntry(entry.bytes);
  if (content === undefined || knownGroup(core, groups, content.group) !== undefined) return;
  await joinExternally(core, groups, content.group, true, UNINVITED);
}

/** @param replaceOwn this device is a member already and has no state: an answer of the server went astray */
async function joinExternally(
  core: Core,
  groups: Groups,
  id: GroupId,
  replaceOwn: boolean,
  text = NEW_HERE,
): Promise<void> {
  const waited = (await waitingOf(core, id)) !== undefined;
  const admit = async (conversation: ConversationId): Promise<void> => {
    if (isAccepted(core, conversation)) return;
    await letWait(core, id, conversation);
    throw new SottoError('request_waiting', 'This person waits for an answer.');
  };
  const { group, number, conversation } = await enterFromOutside(core, id, { replaceOwn, admit });
  // An own device at which the person has accepted says so (commit-notes.ts); until then nothing is sent back.
  await enter(groups, groupRecord(id, conversation, number, number), group, 'request', (change) => {
    change.delete(KEY.joining(id));
    if (!waited) change.note(conversation, core.now(), 'plain', text);
  });
}
