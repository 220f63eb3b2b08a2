/** `sotto export`: everything that this device knows, as JSON lines for the person to keep. */
import { writeFileSync } from 'node:fs';
import { defineCommand } from '../command.ts';
import { withProfile } from '../open-profile.ts';
import { Failure } from '../problems.ts';
import type { OpenProfile } from '../profile.ts';
import type { Terminal } from '../terminal.ts';

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'write out your conversations as JSON lines',
  words: ['[FILE]'],
  options: {},
  details: ['To standard output where there is no FILE. A FILE must not exist; only you can read it then.'],
  run: (context, { words: [file] }) =>
    withProfile(context, async (profile) => {
      const { terminal, json } = context;
      await newest(profile, terminal);
      const lines = await profile.call('exportAll');
      if (file === undefined) return terminal.jsonLines(lines);
      write(file, lines);
      const count = lines.split('\n').length - 1;
      if (json) terminal.json({ file, lines: count });
      else terminal.line(`Wrote ${count} lines to ${file}. They are not encrypted: keep the file safe.`);
    }),
});

/** What is here can be written out too where the device was removed from its account. */
async function newest(profile: OpenProfile, terminal: Terminal): Promise<void> {
  try {
    await profile.signedIn(terminal);
    await profile.caughtUp();
  } catch (error) {
    const session = await profile.value('session', null);
    if (session.state !== 'stopped') throw error;
    terminal.note(session.problem.message);
  }
}

function write(file: string, lines: string): void {
  try {
    writeFileSync(file, lines, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const reason = exists ? 'exists already. Choose another name.' : 'cannot be written.';
    throw new Failure('file_not_written', `The file ${file} ${reason}`);
  }
}
