import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCommit, encodeState, exportGroupInfo } from '../src/index.ts';
import { at, group, merged } from '../test/kit/seeded.ts';
import { accept, begin } from './follow.ts';
import { inspect } from './staged-commit.ts';
import { twoMembers } from './two-members.ts';

test('two members talk', async () => {
  expect(await twoMembers()).toBe('hello bob');
});

test('a commit is inspected, stored and followed by a server', async () => {
  const { people, states } = await group(2);
  const followed = await begin(await exportGroupInfo(at(people, 0).env, at(states, 0)));
  const created = await createCommit(at(people, 0).env, at(states, 0), {});
  const next = await inspect(at(people, 1).env, at(states, 1), created.commit);
  expect(next.group.context).toEqual(merged(created).group.context);
  const accepted = await accept(followed, created.commit);
  expect(typeof accepted === 'string' ? accepted : accepted.context.epoch).toBe(2n);
  expect(await accept(followed, encodeState(next))).toBe('malformed');
});

test('each example of the README is the code that runs here', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const code = ['two-members.ts', 'staged-commit.ts', 'follow.ts']
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  const outdent = (text: string): string => text.replaceAll(/^ +/gm, '');
  const blocks = [...readme.matchAll(/```ts\n(?<block>.*?)```/gs)].map(({ groups }) => groups?.block ?? '');
  expect(blocks.length).toBeGreaterThan(4);
  for (const block of blocks) expect(outdent(code)).toContain(outdent(block));
});
