/** The engine in browsers: `@sotto/mls` on WebCrypto, and on noble for what WebCrypto lacks or would make wait. */
import type { Random, SigningKey } from '@sotto/crypto';
import { universalPrimitives } from '@sotto/mls';
import type { MlsEngine } from '../mls-engine.ts';
import { mlsEngine } from './engine.ts';

/** @see mlsEngine */
export function createMlsEngine(random: Random, signingKey: SigningKey): MlsEngine {
  return mlsEngine(universalPrimitives, random, signingKey);
}
