/** What is encrypted and how, as pure functions: no I/O, no clock, no randomness but through a parameter. */
export * from './identity/account.ts';
export * from './identity/contacts.ts';
export * from './identity/device-label.ts';
export * from './identity/keyring.ts';
export * from './identity/safety-number.ts';
export * from './identity/slot.ts';
export * from './identity/working-keys.ts';
export { SEALED, SEALED_TO, SLOT_KEY } from './labels.ts';
export * from './public.ts';
