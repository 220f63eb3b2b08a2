/** Exit statuses and reasons, as transcripts/mistakes.md shows them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEASH, Place } from './running.ts';
import { shaped } from './shapes.ts';
import { masked, matches, runStep, stepsOf } from './transcript.ts';

const FILE = fileURLToPath(new URL('transcripts/mistakes.md', import.meta.url));
const STEPS = stepsOf(readFileSync(FILE, 'utf8'));
const place = new Place();

vi.setConfig({ testTimeout: LEASH });

beforeAll(async () => {
  await place.serve();
}, LEASH);

afterAll(() => place.end());

describe('a mistake', () => {
  it.each(STEPS)('$command', async (step) => {
    const output = await runStep(place, step);
    if (!matches(output, step.expected)) expect(masked(output)).toBe(masked(step.expected));
  });

  it('is told from what is right, or the transcript would prove nothing', async () => {
    const output = await runStep(place, { profile: 'nobody', command: 'sotto version', expected: '' });
    expect(matches(output, '0.1.0\n')).toBe(true);
    expect(matches(output, '0.1.1\n')).toBe(false);
    expect(matches(output, '0.1.0\n(exit status 1)\n')).toBe(false);
  });
});

describe('help', () => {
  it('names every command in JSON too', async () => {
    const { stdout } = await place.run(['help', '--json']);
    expect(shaped('help', JSON.parse(stdout)).commands.length).toBeGreaterThan(15);
    shaped('version', JSON.parse((await place.run(['version', '--json'])).stdout));
  });
});
