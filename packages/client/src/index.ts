/** One device of an account, over ports: a store, the network and randomness. */
export type * from './api.ts';
export { createDevice } from './device.ts';
export type { Platform, RunningDevice } from './platform.ts';
