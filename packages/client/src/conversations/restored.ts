/** What follows from a server that was restored from a backup: its streams go on from an earlier number. */
import { conversations as routes } from '@sotto/contract';
import { hasCode } from '@sotto/crypto';
import type { Core } from '../core.ts';
import { noteRestored } from './commit-notes.ts';
import type { Groups } from './groups.ts';
import { KEY } from './records.ts';

/**
 * Takes the server's incarnation; where it is another than at the last connection, entries are numbered anew. To be
 * awaited with the greeting, whose lock it takes, so that entries that come behind it are not held against the old
 * numbers.
 */
export async function followRestored(core: Core, groups: Groups, incarnation: number): Promise<void> {
  const before = core.profile.value.incarnation;
  if (incarnation === before) return;
  const isFirst = before < 0;
  if (!isFirst) {
    await groups.lock.run(() => numberAnew(core, groups));
    await noteRestored(core);
  }
  await core.profile.update({ incarnation });
}

async function numberAnew(core: Core, groups: Groups): Promise<void> {
  await core.store.delete(KEY.deviceCursor);
  for (const record of groups.all()) await groups.note({ ...record, cursor: -1 }, () => undefined);
  for (const { id } of groups.all()) {
    const info = await core.http
      .request(routes.getGroupInfo, { groupId: id }, await core.token())
      .catch((error: unknown) => {
        // Begun after the backup: the server knows nothing of it.
        if (hasCode(error, 'unknown_group')) return undefined;
        throw error;
      });
    const record = groups.get(id);
    if (info === undefined || record === undefined) continue;
    await groups.note({ ...record, handshake: info.handshake }, () => undefined);
  }
}
