/** Going back in time: a server's data as a backup has it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, restore } from '@sotto/server';

export interface Backup {
  /** Restores into a new folder, and returns it. */
  restore(): string;
  /** Removes the backup and what was restored from it. */
  dispose(): void;
}

/** Makes a backup of the server's data, which may be in use. */
export async function backUp(data: string): Promise<Backup> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-backup-'));
  const file = join(folder, 'backup');
  await backup(data, file, { secrets: true });
  return {
    restore() {
      const target = mkdtempSync(join(folder, 'restored-'));
      restore(file, target);
      return target;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
