/** The list of decisions is held equal to the folder, and each decision to the template. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listFiles, ROOT } from './ground/files.mjs';

const FOLDER = 'docs/adr';
const SECTIONS = ['## Situation', '## Decision', '## Consequences', '## Set aside'];

const files = listFiles(ROOT, FOLDER)
  .map((file) => file.slice(FOLDER.length + 1))
  .filter((file) => file !== 'README.md');

function read(file: string): string {
  return readFileSync(join(ROOT, FOLDER, file), 'utf8');
}

it('the list of decisions names each file with its title and status, and no other', () => {
  const rows = read('README.md').match(/^\| \[\d{4}\].*$/gm) ?? [];
  const expected = files.map((file) => {
    const [, number, title] = /^# (\d{4}): (.+)$/m.exec(read(file)) ?? [];
    const [, status] = /^Status: (.+)$/m.exec(read(file)) ?? [];
    return `| [${number}](${file}) | ${title} | ${status} |`;
  });
  expect(rows).toEqual(expected);
});

it('each decision has a number of its own and the sections of the template', () => {
  const numbers = files.map((file) => file.slice(0, 4));
  expect(new Set(numbers).size).toBe(files.length);
  for (const file of files) {
    expect(file).toMatch(/^\d{4}-[a-z0-9-]+\.md$/);
    expect(read(file)).toMatch(
      new RegExp(`^# ${file.slice(0, 4)}: .+\n\nStatus: .+\nDate: \\d{4}-\\d\\d-\\d\\d$`, 'm'),
    );
    for (const section of SECTIONS) expect(read(file), file).toContain(`\n${section}\n`);
  }
});
