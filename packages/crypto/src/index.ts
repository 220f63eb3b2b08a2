/** Vetted primitives behind one small face. Nothing here invents a cipher, a hash or a curve. */
export * from './aead.ts';
export * from './hpke-open.ts';
export { HPKE_SEED_LENGTH } from './hpke-suite.ts';
export * from './kdf.ts';
export * from './lazily.ts';
export * from './local-lock.ts';
export * from './password.ts';
export * from './public.ts';
export * from './recovery-words.ts';
export * from './sealed.ts';
export * from './sign.ts';
