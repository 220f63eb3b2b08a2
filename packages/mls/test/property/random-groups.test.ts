/** Seeded random groups. `SOTTO_SEEDS` and `SOTTO_STEPS` make the walk longer; a failure prints its seed. */
import { expect, test } from 'vitest';
import { HYBRID_SUITE_ID } from '../../src/index.ts';
import { type Counts, newCounts, type Size } from './inhabitants.ts';
import { World } from './world.ts';

const SEEDS = Number(process.env.SOTTO_SEEDS ?? 4);
const STEPS = Number(process.env.SOTTO_STEPS ?? 420);
const SMALL: Size = { start: 1, wanted: 6, limit: 12 };

async function walk(seed: string, steps: number, size: Size, suiteId = 1): Promise<Counts> {
  const world = new World(seed, size, suiteId);
  const { clients, counts } = world.community;
  await world.begin();
  for (let i = 0; i < steps; i++) {
    try {
      await world.step();
      if (i % 60 === 59) await world.check();
    } catch (error) {
      throw new Error(`seed ${seed}, step ${i}, members ${clients.length}`, { cause: error });
    }
  }
  await world.check();
  return counts;
}

const total = newCounts();

/** The walk must have done something. */
function expectEnough(counts: Counts, steps: number): void {
  for (const [kind, count] of Object.entries(counts) as [keyof Counts, number][]) total[kind] += count;
  expect(counts.commits).toBeGreaterThan(steps / 20);
  expect(counts.thefts).toBeGreaterThan(steps / 20);
  expect(counts.read).toBeGreaterThan(steps / 10);
  expect(counts.extensions + counts.psks).toBeGreaterThan(0);
  for (const kind of ['restarts', 'cameBack', 'forks', 'astray', 'reordered', 'missed', 'lost'] as const) {
    expect(counts[kind], kind).toBeGreaterThan(0);
  }
  for (const kind of ['formers', 'newcomers', 'outsiders'] as const) {
    expect(counts[kind], kind).toBeGreaterThan(steps / 2);
  }
}

test.each(Array.from({ length: SEEDS }, (_, i) => `seed ${i}`))(
  '%s: members agree after any mix of loss, reordering, forks and restarts, and nobody else reads',
  { timeout: 600_000 },
  async (seed) => {
    expectEnough(await walk(seed, STEPS, SMALL), STEPS);
  },
);

test('the same in the suite of new groups', { timeout: 600_000 }, async () => {
  const steps = Math.round(STEPS * 0.5);
  expectEnough(await walk('hybrid', steps, SMALL, HYBRID_SUITE_ID), steps);
});

test('up to fifty members', { timeout: 600_000 }, async () => {
  const steps = Math.round(STEPS * 0.5);
  const counts = await walk('fifty members', steps, { start: 40, wanted: 48, limit: 50 });
  expectEnough(counts, steps);
  expect(counts.most).toBeGreaterThanOrEqual(45);
});

test('whatever can happen happened in one of the walks', () => {
  for (const [kind, count] of Object.entries(total)) expect(count, kind).toBeGreaterThan(0);
});
