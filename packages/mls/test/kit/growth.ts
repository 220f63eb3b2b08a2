/** Whether work grows with its input no faster than it must: without a clock's threshold, by comparing two sizes. */
import { nodeProvider } from '../../src/crypto/node/index.ts';
import type { PublicSuite } from '../../src/crypto/public-suite.ts';
import type { PublicEnvironment } from '../../src/index.ts';

type Prepare = (size: number) => () => unknown;

const FACTOR = 8;
/** What counts as linear, with room for logarithms and caches. */
export const LINEAR: number = FACTOR * 4;

const RUNS = 3;
const TRIES = 4;

/**
 * How much longer the work takes on eight times the input: 8 when it is linear, 64 when it is quadratic. The least of
 * several tries, since whatever else runs here can only make one of them look worse.
 */
export async function growth(prepare: Prepare, size: number): Promise<number> {
  const [small, large] = [prepare(size), prepare(FACTOR * size)];
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES && least >= LINEAR; i++) {
    const before = await fastest(small);
    least = Math.min(least, (await fastest(large)) / before);
  }
  return least;
}

async function fastest(work: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** A suite whose keys and signatures are all good: what is measured is the handling of lists. */
function credulous(): PublicSuite {
  const suite = nodeProvider.suite(1);
  if (suite === undefined) throw new Error('no suite');
  return {
    ...suite,
    verify: () => true,
    verifyAll: async (items) => items.map(() => true),
    isSoundEncryptionKey: () => true,
    isSoundSignatureKey: () => true,
  };
}

export const suite: PublicSuite = credulous();

export const env: PublicEnvironment = {
  provider: { ...nodeProvider, suite: () => suite },
  authentication: { authenticate: () => true },
  now: () => 1n,
};
