/** The formats that need no user's secret: what the server may reach. */
export * from './directory/chain.ts';
export * from './identity/account-state.ts';
export * from './identity/address.ts';
export * from './identity/statements.ts';
export * from './ids.ts';
export { SIGNATURE } from './labels.ts';
