/** The engine in Node: `@sotto/mls` on `node:crypto`. */
import type { Random, SigningKey } from '@sotto/crypto';
import { nodePrimitives } from '@sotto/mls/node';
import type { MlsEngine } from '../mls-engine.ts';
import { mlsEngine } from './engine.ts';

/** @see mlsEngine */
export function createMlsEngine(random: Random, signingKey: SigningKey): MlsEngine {
  return mlsEngine(nodePrimitives, random, signingKey);
}
