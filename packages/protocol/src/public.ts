/** The formats that need no user's secret: what the server may reach. */
export * from './conversations/credential.ts';
export * from './conversations/direct-context.ts';
export * from './conversations/judge.ts';
export { CONTEXT_EXTENSION, MLS_SUITE, MOST_EPOCH } from './conversations/mls-engine.ts';
export * from './directory/chain.ts';
export * from './identity/account-state.ts';
export * from './identity/address.ts';
export * from './identity/statements.ts';
export * from './ids.ts';
export { SIGNATURE } from './labels.ts';
