/** What is encrypted and how, as pure functions: no I/O, no clock, no randomness but through a parameter. */
export * from './public.ts';
