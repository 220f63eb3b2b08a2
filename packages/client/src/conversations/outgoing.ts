/** What was submitted and not confirmed: submitted again after a loss, renumbered where the server never had it. */
import type { Core } from '../core.ts';
import { PROFILE_KEY } from '../session/profile.ts';
import { KEY, type OutgoingRecord } from './records.ts';

/**
 * After a connection: `taken` is the newest counter that the server has. Later ones are submitted again, in order. A
 * server that was restored from a backup may have fewer than it confirmed: then what is left is numbered anew.
 */
export async function resubmit(core: Core, taken: number): Promise<void> {
  const waiting = await outgoing(core);
  const missing = waiting.filter(({ counter }) => counter > taken);
  const first = missing[0];
  const lost = first === undefined ? core.profile.value.counter > taken : first.counter > taken + 1;
  const entries = lost ? await renumber(core, missing, taken) : missing;
  core.outstanding.clear();
  for (const { counter } of waiting) if (counter <= taken) core.outstanding.add(counter);
  for (const { counter, group, bytes } of entries) {
    core.outstanding.add(counter);
    core.send({ type: 'submit', counter, stream: group, bytes });
  }
}

/**
 * Submits again what waits from counter `first` on, under the same numbers: the server could not take it just then. It
 * may have taken some of it since.
 */
export async function submitAgain(core: Core, first: number): Promise<void> {
  for (const { counter, group, bytes } of await outgoing(core)) {
    if (counter >= first) core.send({ type: 'submit', counter, stream: group, bytes });
  }
}

/**
 * The server already had this one and keeps its entry no longer, or will never take it.
 * @returns false where nothing waits under that number
 */
export function settle(
  core: Core,
  counter: number,
  problem: { code: string; message: string } | null,
): Promise<boolean> {
  const key = KEY.outgoing(counter);
  return core.timeline.change(async (change) => {
    const record = await core.store.get<OutgoingRecord>(key);
    if (record === undefined) return false;
    change.delete(key);
    change.written.push(() => core.outstanding.delete(counter));
    if (record.line === null) return true;
    const { conversation, position } = record.line;
    if (problem === null) await change.raiseStatus(conversation, position, 'sent');
    else await change.fail(conversation, position, problem);
    return true;
  });
}

async function outgoing(core: Core): Promise<readonly OutgoingRecord[]> {
  return (await core.store.range<OutgoingRecord>({ prefix: KEY.outgoings })).map(([, record]) => record);
}

/** Gives the entries the counters that follow `taken`. */
function renumber(
  core: Core,
  entries: readonly OutgoingRecord[],
  taken: number,
): Promise<readonly OutgoingRecord[]> {
  return core.timeline.change((change) => {
    const renumbered = entries.map((entry, i) => ({ ...entry, counter: taken + 1 + i }));
    for (const { counter } of entries) change.delete(KEY.outgoing(counter));
    for (const entry of renumbered) change.put(KEY.outgoing(entry.counter), entry);
    const profile = { ...core.profile.value, counter: taken + entries.length };
    change.put(PROFILE_KEY, profile);
    change.written.push(() => core.profile.written(profile));
    return renumbered;
  });
}
