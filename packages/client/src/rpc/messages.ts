/**
 * What crosses a {@link Channel}. Requests bear a number that the client counts up; answers repeat it.
 *
 * Both ends are parts of one program on one device, but not always of one version: what is not understood is
 * answered with `unknown_request` or ignored.
 */
import type { Commands, Problem, Queries } from '../api.ts';

export type Request =
  | { readonly type: 'call'; readonly id: number; readonly command: keyof Commands; readonly input?: unknown }
  | { readonly type: 'watch'; readonly id: number; readonly query: keyof Queries; readonly input: unknown }
  | { readonly type: 'unwatch'; readonly id: number };

export type Answer =
  | { readonly type: 'result'; readonly id: number; readonly value?: unknown }
  | { readonly type: 'error'; readonly id: number; readonly problem: Problem }
  /** A value of a live query. */
  | { readonly type: 'value'; readonly id: number; readonly value: unknown };

/** Every command and query by name: a request for anything else never reaches the device. */
const COMMANDS = {
  passwordAdvice: true,
  generatePassword: true,
  signUpStart: true,
  signUpFinish: true,
  signIn: true,
  recover: true,
  signOut: true,
  unlock: true,
  setAppLock: true,
  changePassword: true,
  removeDevice: true,
  renameDevice: true,
  createInvite: true,
  startConversation: true,
  send: true,
  keepDraft: true,
  retry: true,
  discard: true,
  markRead: true,
  acceptRequest: true,
  declineRequest: true,
  safetyNumber: true,
  compareSafetyNumber: true,
  setVerified: true,
  setBlocked: true,
  acceptChangedKeys: true,
  catchUp: true,
  reconnect: true,
  serverInfo: true,
  exportAll: true,
} as const satisfies Record<keyof Commands, true>;

const QUERIES = {
  session: true,
  conversations: true,
  conversation: true,
  items: true,
  devices: true,
  people: true,
} as const satisfies Record<keyof Queries, true>;

/** A request, the number of one that is not understood, or undefined. */
export function parseRequest(message: unknown): Request | { type: 'unknown'; id: number } | undefined {
  if (!isNumbered(message)) return undefined;
  const { type, id, command, query, input } = message;
  if (type === 'call' && isKey(COMMANDS, command)) return { type, id, command, input };
  if (type === 'watch' && isKey(QUERIES, query)) return { type, id, query, input };
  if (type === 'unwatch') return { type, id };
  return { type: 'unknown', id };
}

export function parseAnswer(message: unknown): Answer | undefined {
  if (!isNumbered(message)) return undefined;
  const { type, id, value, problem } = message;
  if (type === 'result' || type === 'value') return { type, id, value };
  return type === 'error' && isProblem(problem) ? { type, id, problem } : undefined;
}

type Fields = { readonly [field: string]: unknown };

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isNumbered(message: unknown): message is Fields & { readonly id: number } {
  return isRecord(message) && Number.isSafeInteger(message.id);
}

function isKey<T extends object>(table: T, key: unknown): key is keyof T {
  return typeof key === 'string' && Object.hasOwn(table, key);
}

function isProblem(value: unknown): value is Problem {
  return isRecord(value) && typeof value.code === 'string' && typeof value.message === 'string';
}
