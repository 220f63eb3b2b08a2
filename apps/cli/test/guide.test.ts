/** docs/guides/command-line.md is held to what the command line does. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { COMMANDS } from '../src/commands/index.ts';
import { LEASH, PASSWORD, Place } from './running.ts';
import { SHAPES } from './shapes.ts';
import { masked, matches, runStep, stepsOf } from './transcript.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'docs/guides/command-line.md'), 'utf8');

/** The text below each heading of a command, by the command's name. */
const SECTIONS = new Map(
  GUIDE.split(/^### /m)
    .filter((section) => section.startsWith('`sotto '))
    .map((section) => [section.split(/[ `]/)[2] ?? '', section]),
);

vi.setConfig({ testTimeout: LEASH });

/** Names of all fields, those of objects within included; a problem is the same everywhere. */
function fieldsOf(shape: z.core.$ZodType): readonly string[] {
  const found: string[] = [];
  JSON.stringify(z.toJSONSchema(shape), (key, value) => {
    if (key === 'properties') found.push(...Object.keys(value));
    return key === 'problem' ? true : value;
  });
  return found;
}

describe('the session in the guide', () => {
  const place = new Place();
  const steps = stepsOf(GUIDE);

  beforeAll(async () => {
    await place.serve();
    writeFileSync(join(place.folder, 'password.txt'), `${PASSWORD}\n`);
  }, LEASH);

  afterAll(() => place.end());

  it('shows at least ten commands', () => {
    expect(steps.length).toBeGreaterThan(9);
  });

  it('goes as it is written', async () => {
    for (const step of steps) {
      const output = await runStep(place, step);
      if (!matches(output, step.expected)) {
        expect(masked(output), step.command).toBe(masked(step.expected));
      }
    }
  });
});

describe('the guide', () => {
  it('has a section for each command, with its words', () => {
    expect([...SECTIONS.keys()].sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
    for (const { name, words } of COMMANDS) {
      expect(SECTIONS.get(name)?.split('\n')[0]).toBe(`\`${['sotto', name, ...words].join(' ')}\``);
    }
  });

  it('names each option of a command', () => {
    for (const { name, options } of COMMANDS) {
      for (const [option, about] of Object.entries(options)) {
        const written = about.type === 'string' ? `--${option} ${about.value}\`` : `--${option}\``;
        expect(SECTIONS.get(name), name).toContain(`\`${written}`);
      }
    }
  });

  it('lists each field of the JSON', () => {
    for (const [command, shape] of Object.entries(SHAPES)) {
      const section = SECTIONS.get(command.split(' ')[0] ?? '');
      for (const field of fieldsOf(shape)) expect(section, command).toContain(`\`${field}\``);
    }
  });

  it('has a row for each code that the command line gives of its own', () => {
    const files = globSync('apps/cli/src/**/*.ts', { cwd: ROOT }).filter(
      (path) => !path.endsWith('.test.ts'),
    );
    const sources = files.map((path) => readFileSync(join(ROOT, path), 'utf8')).join('\n');
    const given = new Set([...sources.matchAll(/Failure\(\s*'([a-z_]+)'/g)].map(([, code = '']) => code));
    const rows = new Set([...GUIDE.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code = '']) => code));
    const errors = readFileSync(join(ROOT, 'docs/spec/errors.md'), 'utf8');
    for (const code of given) expect(rows.has(code) || errors.includes(`| \`${code}\` |`), code).toBe(true);
    for (const code of rows)
      expect(given.has(code) || code === 'usage' || code === 'cancelled', code).toBe(true);
  });
});
