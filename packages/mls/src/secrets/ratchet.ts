/**
 * One sender's chain of keys (RFC 9420, section 9.1). A generation's key and nonce leave the ratchet when
 * they are taken; of a skipped generation just its own key and nonce stay, never a secret that leads on.
 */
import { deriveTreeSecret } from '../crypto/labels.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { check, fail } from '../errors.ts';
import type { Retention } from './retention.ts';

export interface GenerationKey {
  readonly generation: number;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

export interface Ratchet {
  /** The generation that `secret` belongs to: the next one. */
  readonly generation: number;
  readonly secret: Uint8Array;
  /** Keys of generations that were passed over, in ascending order. */
  readonly skipped: readonly GenerationKey[];
}

export interface Taken {
  readonly ratchet: Ratchet;
  readonly taken: GenerationKey;
}

const LAST_GENERATION = 0xffffffff;

/** The key of the next generation, and the ratchet without it. */
export function takeNext(suite: CipherSuite, ratchet: Ratchet): Taken {
  const { generation, secret } = ratchet;
  check(generation < LAST_GENERATION, 'generations-exhausted');
  const { keyLength, nonceLength } = suite.aead;
  const taken = {
    generation,
    key: deriveTreeSecret(suite, secret, 'key', generation, keyLength),
    nonce: deriveTreeSecret(suite, secret, 'nonce', generation, nonceLength),
  };
  const next = deriveTreeSecret(suite, secret, 'secret', generation, suite.hashLength);
  return { taken, ratchet: { generation: generation + 1, secret: next, skipped: ratchet.skipped } };
}

/** The key of one generation, earlier or later; each is given out once. */
export function takeGeneration(
  suite: CipherSuite,
  ratchet: Ratchet,
  generation: number,
  retention: Retention,
): Taken {
  if (generation < ratchet.generation) return takeSkipped(ratchet, generation);
  check(generation - ratchet.generation <= retention.forwardGenerations, 'generation-too-far');
  const skipped = [...ratchet.skipped];
  let step = takeNext(suite, ratchet);
  while (step.taken.generation < generation) {
    skipped.push(step.taken);
    step = takeNext(suite, step.ratchet);
  }
  const kept = skipped.slice(Math.max(0, skipped.length - retention.skippedGenerations));
  return { taken: step.taken, ratchet: { ...step.ratchet, skipped: kept } };
}

function takeSkipped(ratchet: Ratchet, generation: number): Taken {
  const taken = ratchet.skipped.find((key) => key.generation === generation);
  if (taken === undefined) return fail('generation-consumed');
  return { taken, ratchet: { ...ratchet, skipped: ratchet.skipped.filter((key) => key !== taken) } };
}
