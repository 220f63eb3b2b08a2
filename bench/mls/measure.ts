/**
 * The same steps by each engine in turn, so that a busy moment of the machine meets all of them alike. Every
 * figure is the median of its rounds. Heaps are left alone: a forced collection doubles what the next step takes.
 */
import { median } from '../results.ts';
import type { Engine } from './engine.ts';

/** Milliseconds, unless the name says otherwise; in the order in which they were measured. */
export type Figures = ReadonlyMap<string, number>;
type Round = Readonly<Record<string, number>>;

const ROUNDS = 7;
const MESSAGES = 100;

/** What each engine needs for a group of `size`, in the order of `engines`. */
export async function measure(engines: readonly Engine[], size: number): Promise<readonly Figures[]> {
  const runs = engines.map((engine) => ({ engine, samples: new Map<string, number[]>() }));
  for (const engine of engines) await warmUp(engine);
  await inTurn(runs, ROUNDS, async (engine) => {
    const { addAll, join } = await engine.setUp(size);
    return { 'add all at once': addAll, join };
  });
  for (const engine of engines) {
    if (size > 2) await engine.populate(Math.min(size, 16));
    await steps(engine, 20);
  }
  await inTurn(runs, ROUNDS, (engine) => steps(engine, MESSAGES));
  return Promise.all(
    runs.map(async ({ engine, samples }) => {
      const figures = new Map([...samples].map(([name, values]) => [name, median(values)]));
      figures.set('state, kB', engine.stored() / 1000);
      const journal = await engine.journal();
      if (journal !== undefined) figures.set('journal of one message, kB', journal / 1000);
      return figures;
    }),
  );
}

/** So that no engine is measured while its code is being compiled. */
async function warmUp(engine: Engine): Promise<void> {
  for (let i = 0; i < 10; i++) await engine.setUp(20);
  await engine.populate(4);
  for (let i = 0; i < 10; i++) await steps(engine, 20);
}

async function steps(engine: Engine, messages: number): Promise<Round> {
  const { created, processed } = await engine.commit();
  const added = await engine.addOne();
  const { encrypt, decrypt } = await engine.messages(messages);
  return {
    'create a commit': created,
    'process a commit': processed,
    'add one': added,
    'encrypt 1 KiB': encrypt,
    'decrypt 1 KiB': decrypt,
  };
}

interface Run {
  readonly engine: Engine;
  readonly samples: Map<string, number[]>;
}

/** Rounds of one step; who begins changes from round to round. */
async function inTurn(
  runs: readonly Run[],
  rounds: number,
  step: (engine: Engine) => Promise<Round>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const { engine, samples } of round % 2 === 0 ? runs : runs.toReversed()) {
      for (const [name, value] of Object.entries(await step(engine))) {
        samples.set(name, [...(samples.get(name) ?? []), value]);
      }
    }
  }
}
