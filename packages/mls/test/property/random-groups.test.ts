/** Seeded random groups. `SOTTO_SEEDS` and `SOTTO_STEPS` make the walk longer; a failure prints its seed. */
import { expect, test } from 'vitest';
import type { Size } from './inhabitants.ts';
import { World } from './world.ts';

const SEEDS = Number(process.env.SOTTO_SEEDS ?? 4);
const STEPS = Number(process.env.SOTTO_STEPS ?? 300);

async function walk(seed: string, steps: number, size: Size): Promise<World> {
  const world = new World(seed, size);
  await world.begin();
  for (let i = 0; i < steps; i++) {
    try {
      await world.step();
      if (i % 60 === 59) await world.check();
    } catch (error) {
      throw new Error(`seed ${seed}, step ${i}, members ${world.clients.length}`, { cause: error });
    }
  }
  await world.check();
  return world;
}

test.each(Array.from({ length: SEEDS }, (_, i) => `seed ${i}`))(
  '%s: members agree after any mix of loss, reordering, forks and restarts',
  { timeout: 600_000 },
  async (seed) => {
    const { counts, clients } = await walk(seed, STEPS, { start: 1, wanted: 6, limit: 12 });
    // The walk must have done something.
    expect(clients.length).toBeGreaterThan(1);
    expect(counts.commits).toBeGreaterThan(STEPS / 20);
    // A seed whose group stays small reads little.
    expect(counts.read).toBeGreaterThan(STEPS / 40);
    expect(counts.restarts).toBeGreaterThan(0);
    expect(counts.external).toBeGreaterThan(0);
    expect(counts.cameBack).toBeGreaterThan(0);
    expect(counts.outside).toBeGreaterThan(0);
    expect(counts.extensions + counts.psks).toBeGreaterThan(0);
    expect(counts.thefts).toBeGreaterThan(STEPS / 20);
  },
);

test('up to fifty members', { timeout: 600_000 }, async () => {
  const size = { start: 40, wanted: 48, limit: 50 };
  const { counts } = await walk('fifty', Math.round(STEPS * 0.8), size);
  expect(counts.most).toBeGreaterThanOrEqual(45);
  expect(counts.commits).toBeGreaterThan(STEPS / 20);
  expect(counts.read).toBeGreaterThan(STEPS / 10);
});
