/** Conversations: groups, who may be in them, and what is said. The engine itself is `@sotto/protocol/mls-engine`. */
export * from './credential.ts';
export * from './direct-context.ts';
export * from './judge.ts';
export * from './mls-engine.ts';
