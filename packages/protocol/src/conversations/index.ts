/** Conversations: groups, who may be in them, and what is said. The engine itself is `@sotto/protocol/mls-engine`. */
export {
  decodeMessage,
  encodeStatuses,
  encodeText,
  type Message,
  MOST_TEXT,
  type Origin,
} from './content/message.ts';
export {
  type MessageId,
  messageIdBytes,
  messageIdFromBytes,
  messageIdOf,
  roomUri,
  userUri,
} from './content/message-id.ts';
export { type MessageStatusValue, MOST_STATUSES, type StatusOfMessage } from './content/status-report.ts';
export * from './credential.ts';
export * from './direct-context.ts';
export * from './judge.ts';
export * from './mls-engine.ts';
