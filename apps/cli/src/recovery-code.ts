/** Showing a recovery code, and making sure that it was written down. */
import { problemOf } from '@sotto/client/rpc';
import { columns } from './columns.ts';
import type { OpenProfile } from './profile.ts';
import { bold, type Terminal } from './terminal.ts';

const PER_ROW = 4;

/** To standard output: whoever runs this in a script keeps them from there. */
export function printWords(terminal: Terminal, words: readonly string[]): void {
  terminal.line(
    'Your recovery code. Write it on paper: with it you get in when you have lost your password.',
  );
  terminal.line('It is shown only this once.');
  for (const row of rows(words)) terminal.line('  ', bold(row));
}

/** Shows the words and finishes signing up once the two that are asked back are right. */
export async function askWordsBack(
  terminal: Terminal,
  profile: OpenProfile,
  words: readonly string[],
  ask: readonly number[],
): Promise<void> {
  printWords(terminal, words);
  for (;;) {
    const answers: string[] = [];
    for (const position of ask) answers.push(await terminal.ask(`Word ${position} of your recovery code: `));
    try {
      return await profile.call('signUpFinish', { answers });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== 'recovery_words_wrong') throw error;
      terminal.note(problem.message);
    }
  }
}

function rows(words: readonly string[]): readonly string[] {
  const cells = words.map((word, i) => `${String(i + 1).padStart(2)} ${word}`);
  return columns(
    Array.from({ length: Math.ceil(cells.length / PER_ROW) }, (_, i) =>
      cells.slice(i * PER_ROW, (i + 1) * PER_ROW),
    ),
  );
}
