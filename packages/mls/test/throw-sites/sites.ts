/** Where the engine refuses what breaks a rule, by its source, and which tests are to reach each of these places. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SRC: string = join(import.meta.dirname, '../../src');
const TESTS: string = join(import.meta.dirname, '..');

/** Where the rules of RFC 9420 are. The others read bytes and do cryptography. */
const FOLDERS = ['framing', 'group', 'messages', 'public', 'secrets', 'tree'];
const CALL = /\b(?:check|fail)\(/;
const COMMENT = /^\s*(?:\/\*|\*|\/\/)/;

export interface ThrowSite {
  /** File and line, as in the stack of an error. */
  readonly place: string;
  /** File and source text, which stays when lines move. */
  readonly name: string;
}

/** Every `check(` and `fail(`. */
export function throwSites(): readonly ThrowSite[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(SRC, folder))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => `${folder}/${file}`),
  );
  return files.flatMap((file) => {
    const lines = readFileSync(join(SRC, file), 'utf8').split('\n');
    return lines.flatMap((line, i) =>
      CALL.test(line) && !COMMENT.test(line)
        ? [{ place: `${file}:${i + 1}`, name: `${file}: ${nameOf(lines, i)}` }]
        : [],
    );
  });
}

/** The line, and the next one where the call goes on there. */
function nameOf(lines: readonly string[], i: number): string {
  const line = lines[i]?.trim() ?? '';
  return line.endsWith('(') ? `${line}${lines[i + 1]?.trim()}` : line;
}

/** The place that an error comes from: the first one of this package that is not the making of errors itself. */
export function placeOf(stack: string): string | undefined {
  for (const [, place = ''] of stack.matchAll(/packages\/mls\/src\/(?<place>[^:\s]+\.ts:\d+):\d+/g)) {
    if (!place.startsWith('errors.ts')) return place;
  }
  return undefined;
}

/** The tests that break rules by name. Those that change messages at random do not say what they reach. */
export function namedTests(): readonly string[] {
  return ['attacks', 'scenario'].flatMap((folder) =>
    readdirSync(join(TESTS, folder))
      .filter((file) => file.endsWith('.test.ts') && !file.endsWith('mutation.test.ts'))
      .map((file) => join(TESTS, folder, file)),
  );
}
