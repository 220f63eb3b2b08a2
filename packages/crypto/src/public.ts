/** What needs no secret: the part of the primitives that the server may reach. */
export * from './bytes.ts';
export * from './cbor.ts';
export * from './errors.ts';
export * from './hash.ts';
export * from './hpke-seal.ts';
export { HPKE_ENCAPSULATION_LENGTH, HPKE_PUBLIC_KEY_LENGTH } from './hpke-suite.ts';
export * from './random.ts';
export * from './verify.ts';
