/**
 * Coming back into a conversation by oneself: where the group's state is lost or cannot be read, and where the group
 * goes on in a way that this device cannot follow.
 *
 * A server must not be able to bring this about at will, or to lead the device elsewhere. It happens only for a group
 * that this device knows to be its own; into the same group of the same two accounts, by information that a certified
 * member has signed; never into an epoch before the newest that this device has seen; not where that information is of
 * the very state that the device has; and a few times a day at most.
 */
import { hasCode, SottoError } from '@sotto/crypto';
import type { GroupId } from '@sotto/protocol';
import type { GroupInfoHeader } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { enter } from './enter.ts';
import { type Groups, groupRecord } from './groups.ts';
import { enterFromOutside } from './outside.ts';
import { type GroupRecord, KEY, type OutgoingRecord, type ReturnsRecord } from './records.ts';
import type { TimelineChange } from './timeline.ts';
import { noteOutcome } from './unreadable.ts';
import { isAccepted } from './waiting.ts';

const MOST_RETURNS = 5;
const DAY = 86_400_000;

/** Answers by which a group is known to be no way back: a state that is lost stays lost. */
const FINAL = ['group_info_invalid', 'group_info_old', 'group_invalid', 'leaf_refused', 'unknown_group'];

/** Entries in a row that cannot be read before the device asks whether it has lost its way. */
const FEW = 3;

/** True at 3, 6, 12 … entries, so that a server which sends rubbish without end is not asked without end. */
export function isDue(missed: number): boolean {
  return missed >= FEW && Number.isInteger(Math.log2(missed / FEW));
}

/** Whether the device should look for its group anew at a connection. */
export async function needsReturn(core: Core, groups: Groups, record: GroupRecord): Promise<boolean> {
  if (!record.active) return false;
  // A return of which no answer came.
  if ((await core.store.get(KEY.joining(record.id))) !== undefined) return true;
  const known = groups.get(record.id) !== undefined && (await groups.isKept(record.id));
  return !known || record.missed >= FEW;
}

/** Throws `group_state_invalid` where the group cannot be used now. To be called under the groups' lock. */
export async function ensureReadable(core: Core, groups: Groups, id: GroupId): Promise<void> {
  const record = groups.get(id);
  if (record === undefined || (await groups.isReadable(id))) return;
  if (await comeBack(core, groups, record)) return;
  throw new SottoError('group_state_invalid', 'This device has lost its keys for this conversation.');
}

/**
 * To be called under the groups' lock. Returns whether the device is in the group anew; false where it may not, need
 * not or cannot. A group that is lost for good is given up: the conversation can begin anew. Throws what requests
 * throw, and then it is as before.
 */
export async function comeBack(core: Core, groups: Groups, record: GroupRecord): Promise<boolean> {
  const { id, conversation } = record;
  // Before a request is accepted, and of whoever is blocked, nothing leaves this device.
  if (!isAccepted(core, conversation)) return false;
  const readable = groups.get(id) !== undefined && (await groups.isReadable(id));
  const times = await recentReturns(core, id);
  if (times.length >= MOST_RETURNS) return false;
  const group = readable ? await groups.handle(id) : undefined;
  try {
    const entered = await enterFromOutside(core, id, {
      replaceOwn: true,
      conversation,
      check(info: GroupInfoHeader) {
        if (info.epoch < record.epoch) throw groupInfoOld();
        if (group !== undefined && info.isOf(group)) throw notNeeded();
      },
      beforeOffer: () => core.store.put(KEY.returns(id), { times: [...times, core.now()] }),
    });
    const next = groupRecord(id, conversation, entered.number, entered.number);
    await enter(groups, next, entered.group, 'request', (change) => noteReturn(core, change, next));
    return true;
  } catch (error) {
    if (hasCode(error, NOT_NEEDED)) {
      await core.store.delete(KEY.joining(id));
      return false;
    }
    if (!FINAL.some((code) => hasCode(error, code))) throw error;
    if (!readable) await giveUp(core, groups, record);
    return false;
  }
}

async function recentReturns(core: Core, id: GroupId): Promise<readonly number[]> {
  const returns = await core.store.get<ReturnsRecord>(KEY.returns(id));
  return (returns?.times ?? []).filter((time) => Math.abs(core.now() - time) < DAY);
}

/** One line, in the place of the one that said that nothing could be read. */
async function noteReturn(
  core: Core,
  change: TimelineChange,
  { id, conversation }: GroupRecord,
): Promise<void> {
  change.delete(KEY.joining(id));
  if (change.conversation(conversation)?.state === 'declined') return;
  const text =
    'This device had lost its place in this conversation and has taken it up anew. What was said meanwhile may be missing here.';
  await noteOutcome(change, conversation, core.now(), text);
}

/**
 * The server has this device no more in the group of a submission, and the device knows of no commit that removed it:
 * one that the members ignored, or a server that was restored. The conversation begins anew instead of failing for ever.
 */
export async function leaveUnknown(core: Core, groups: Groups, counter: number): Promise<void> {
  const outgoing = await core.store.get<OutgoingRecord>(KEY.outgoing(counter));
  await groups.lock.run(async () => {
    const record = outgoing && groups.get(outgoing.group);
    if (!record?.active) return;
    // Where others are in it still, what they write there can be read for as long as streams keep it.
    const ended = { ...record, ...GIVEN_UP, ended: core.now() };
    await groups.note(ended, (change) => noteBeginning(core, change, record));
  });
}

/** The group cannot be used any more: the next message begins the conversation anew. */
async function giveUp(core: Core, groups: Groups, record: GroupRecord): Promise<void> {
  if (groups.get(record.id) === undefined) return;
  await groups.end({ ...record, ...GIVEN_UP }, (change) => noteBeginning(core, change, record));
}

const GIVEN_UP = { active: false, givenUp: true, staged: null } as const;

function noteBeginning(core: Core, change: TimelineChange, { conversation }: GroupRecord): void {
  const text = 'This device has lost its place in this conversation. The next message begins it anew.';
  change.note(conversation, core.now(), 'warning', text);
}

const NOT_NEEDED = 'group_current';

function notNeeded(): SottoError {
  return new SottoError(NOT_NEEDED, 'This device is where the conversation is.');
}

function groupInfoOld(): SottoError {
  return new SottoError('group_info_old', 'The server holds an older state of the conversation.');
}
