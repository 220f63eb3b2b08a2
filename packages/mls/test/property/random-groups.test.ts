/** Seeded random groups. `SOTTO_SEEDS` and `SOTTO_STEPS` make the walk longer; a failure prints its seed. */
import { expect, test } from 'vitest';
import { World } from './world.ts';

const SEEDS = Number(process.env.SOTTO_SEEDS ?? 4);
const STEPS = Number(process.env.SOTTO_STEPS ?? 300);

async function walk(seed: string, steps: number, limit: number): Promise<World> {
  const world = new World(seed, limit);
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
    const { counts, clients } = await walk(seed, STEPS, 12);
    // The walk must have done something.
    expect(clients.length).toBeGreaterThan(1);
    expect(counts.commits).toBeGreaterThan(STEPS / 20);
    // A seed whose group stays small reads little.
    expect(counts.read).toBeGreaterThan(STEPS / 100);
    expect(counts.restarts).toBeGreaterThan(0);
    expect(counts.external).toBeGreaterThan(0);
  },
);

test('up to fifty members', { timeout: 600_000 }, async () => {
  const world = await walk('fifty', Math.round(STEPS * 0.8), 50);
  expect(world.counts.commits).toBeGreaterThan(STEPS / 20);
});
