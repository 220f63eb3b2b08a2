/**
 * The WebSocket at /api/v1/socket (docs/spec/streams.md): each message is one frame, a CBOR array whose first item
 * is its type. Ids are 16-byte strings, times milliseconds since 1970.
 *
 * Entries of a stream bear gapless numbers from 1. A device's submissions bear its own counter, from 1 without a gap
 * and over all streams, so that a repetition is known for ever by one number.
 */
import {
  type Bytes,
  copyBytes,
  decodeCbor,
  encodeCbor,
  fromBase64Url,
  toBase64Url,
} from '@sotto/crypto/public';
import { type AccountId, type DeviceId, type GroupId, idBytes, idFromBytes } from '@sotto/protocol/public';

/** A group's stream has the group's id, a device's own stream the device's. */
export type StreamId = GroupId | DeviceId;

export const ENTRY_KIND = {
  /** An MLS PrivateMessage. */
  message: 0,
  /** An MLS PublicMessage with a commit. */
  handshake: 1,
  /** In a device's stream: {@link WelcomeEntry}. */
  welcome: 2,
} as const;
export type EntryKind = (typeof ENTRY_KIND)[keyof typeof ENTRY_KIND];

export interface Entry {
  readonly number: number;
  readonly kind: EntryKind;
  /** Who submitted it, as the server says: to be compared with what is inside, never believed. */
  readonly sender: DeviceId;
  /** The submission's counter; 0 for what came over HTTP. */
  readonly counter: number;
  /** When the server took it. */
  readonly time: number;
  /** Null in the sender's own copy: it has the bytes. */
  readonly bytes: Bytes | null;
}

/** What a welcome entry holds, as CBOR: [group id, number of the last entry before the member joined, Welcome]. */
export interface WelcomeEntry {
  readonly group: GroupId;
  readonly after: number;
  readonly welcome: Bytes;
}

export type ClientFrame =
  | { readonly type: 'hello'; readonly protocol: number; readonly token: string }
  | { readonly type: 'submit'; readonly counter: number; readonly stream: StreamId; readonly bytes: Bytes }
  /** This device has kept all entries of the stream up to and with `number`. */
  | { readonly type: 'acknowledge'; readonly stream: StreamId; readonly number: number };

export type ServerFrame =
  | {
      readonly type: 'ready';
      /** The newest counter that the server took from this device. */
      readonly counter: number;
      /** One-time key packages of this device that are left. */
      readonly keyPackages: number;
      /** Raised when the server was restored from a backup: its streams may number entries anew from there. */
      readonly incarnation: number;
      /** Accounts that share a group with this one, and this one: the number of their newest state. */
      readonly accounts: readonly (readonly [AccountId, number])[];
      /** Number of the account's sealed contacts; 0 where there are none. */
      readonly contacts: number;
    }
  | { readonly type: 'entries'; readonly stream: StreamId; readonly entries: readonly Entry[] }
  /** The counter was taken before: a repetition. */
  | { readonly type: 'taken'; readonly counter: number }
  | { readonly type: 'refused'; readonly counter: number; readonly code: string }
  /**
   * An account that shares a group with this one, or this one itself, has a newer state. Of this one it also comes, with the
   * number that is known, when another of its devices has a new name or has signed out.
   */
  | { readonly type: 'account'; readonly account: AccountId; readonly number: number }
  | { readonly type: 'key-packages'; readonly left: number }
  /** Another device of this account has sealed its contacts anew. */
  | { readonly type: 'contacts'; readonly number: number }
  /** The last frame: the server ends the connection. */
  | { readonly type: 'closing'; readonly code: string };

const CLIENT = { hello: 0, submit: 1, acknowledge: 2 } as const;
const SERVER = {
  ready: 0,
  entries: 1,
  taken: 2,
  refused: 3,
  account: 4,
  'key-packages': 5,
  closing: 6,
  contacts: 7,
} as const;

export function encodeClientFrame(frame: ClientFrame): Bytes {
  switch (frame.type) {
    case 'hello':
      return encodeCbor([CLIENT.hello, frame.protocol, fieldOf(frame.token)]);
    case 'submit':
      return encodeCbor([CLIENT.submit, frame.counter, idBytes(frame.stream), frame.bytes]);
    case 'acknowledge':
      return encodeCbor([CLIENT.acknowledge, idBytes(frame.stream), frame.number]);
  }
}

/** Undefined for anything but a well-formed frame of a client. Byte strings may share memory with `bytes`. */
export function decodeClientFrame(bytes: Uint8Array): ClientFrame | undefined {
  const items = decodeCbor(bytes);
  if (!Array.isArray(items)) return undefined;
  const [type, first, second, third] = items as unknown[];
  if (type === CLIENT.submit && items.length === 4) {
    const stream = idFromBytes<GroupId>(second);
    if (!isWhole(first) || stream === undefined || !(third instanceof Uint8Array)) return undefined;
    return { type: 'submit', counter: first, stream, bytes: third as Bytes };
  }
  if (type === CLIENT.acknowledge && items.length === 3) {
    const stream = idFromBytes<GroupId>(first);
    return stream !== undefined && isWhole(second)
      ? { type: 'acknowledge', stream, number: second }
      : undefined;
  }
  if (type === CLIENT.hello && items.length === 3) {
    if (!isWhole(first) || !(second instanceof Uint8Array) || second.length !== 32) return undefined;
    return { type: 'hello', protocol: first, token: toBase64Url(second) };
  }
  return undefined;
}

export function encodeServerFrame(frame: ServerFrame): Bytes {
  switch (frame.type) {
    case 'ready': {
      const accounts = frame.accounts.map(([account, number]) => [idBytes(account), number]);
      return encodeCbor([
        SERVER.ready,
        frame.counter,
        frame.keyPackages,
        frame.incarnation,
        accounts,
        frame.contacts,
      ]);
    }
    case 'entries':
      return encodeCbor([SERVER.entries, idBytes(frame.stream), frame.entries.map(entryItems)]);
    case 'taken':
      return encodeCbor([SERVER.taken, frame.counter]);
    case 'refused':
      return encodeCbor([SERVER.refused, frame.counter, frame.code]);
    case 'account':
      return encodeCbor([SERVER.account, idBytes(frame.account), frame.number]);
    case 'key-packages':
      return encodeCbor([SERVER['key-packages'], frame.left]);
    case 'contacts':
      return encodeCbor([SERVER.contacts, frame.number]);
    case 'closing':
      return encodeCbor([SERVER.closing, frame.code]);
  }
}

/** Undefined for anything but a well-formed frame of a server. Byte strings may share memory with `bytes`. */
export function decodeServerFrame(bytes: Uint8Array): ServerFrame | undefined {
  const items = decodeCbor(bytes);
  if (!Array.isArray(items)) return undefined;
  const [type, first, second, third, fourth, fifth] = items as unknown[];
  switch (type) {
    case SERVER.ready: {
      if (items.length !== 6 || !isWhole(first) || !isWhole(second) || !isWhole(third)) return undefined;
      const accounts = Array.isArray(fourth) ? fourth.map(accountItem) : [undefined];
      if (!allDefined(accounts) || !isWhole(fifth)) return undefined;
      return {
        type: 'ready',
        counter: first,
        keyPackages: second,
        incarnation: third,
        accounts,
        contacts: fifth,
      };
    }
    case SERVER.entries: {
      const stream = idFromBytes<GroupId>(first);
      if (items.length !== 3 || stream === undefined || !Array.isArray(second)) return undefined;
      const entries = second.map(entryFrom);
      return allDefined(entries) ? { type: 'entries', stream, entries } : undefined;
    }
    case SERVER.taken:
      return items.length === 2 && isWhole(first) ? { type: 'taken', counter: first } : undefined;
    case SERVER.refused:
      if (items.length !== 3 || !isWhole(first) || typeof second !== 'string') return undefined;
      return { type: 'refused', counter: first, code: second };
    case SERVER.account: {
      const account = idFromBytes<AccountId>(first);
      if (items.length !== 3 || account === undefined || !isWhole(second)) return undefined;
      return { type: 'account', account, number: second };
    }
    case SERVER['key-packages']:
      return items.length === 2 && isWhole(first) ? { type: 'key-packages', left: first } : undefined;
    case SERVER.contacts:
      return items.length === 2 && isWhole(first) ? { type: 'contacts', number: first } : undefined;
    case SERVER.closing:
      return items.length === 2 && typeof first === 'string' ? { type: 'closing', code: first } : undefined;
    default:
      return undefined;
  }
}

export function encodeWelcomeEntry(entry: WelcomeEntry): Bytes {
  return encodeCbor([idBytes(entry.group), entry.after, entry.welcome]);
}

export function decodeWelcomeEntry(bytes: Uint8Array): WelcomeEntry | undefined {
  const items = decodeCbor(bytes);
  if (!Array.isArray(items) || items.length !== 3) return undefined;
  const [first, after, welcome] = items as unknown[];
  const group = idFromBytes<GroupId>(first);
  if (group === undefined || !isWhole(after) || !(welcome instanceof Uint8Array)) return undefined;
  return { group, after, welcome: copyBytes(welcome) };
}

function entryItems(entry: Entry) {
  return [entry.number, entry.kind, idBytes(entry.sender), entry.counter, entry.time, entry.bytes];
}

function entryFrom(items: unknown): Entry | undefined {
  if (!Array.isArray(items) || items.length !== 6) return undefined;
  const [number, kind, from, counter, time, bytes] = items as unknown[];
  const sender = idFromBytes<DeviceId>(from);
  if (!isWhole(number) || !isEntryKind(kind) || sender === undefined) return undefined;
  if (!isWhole(counter) || !isWhole(time)) return undefined;
  if (bytes !== null && !(bytes instanceof Uint8Array)) return undefined;
  return { number, kind, sender, counter, time, bytes: bytes as Bytes | null };
}

function accountItem(items: unknown): readonly [AccountId, number] | undefined {
  if (!Array.isArray(items) || items.length !== 2) return undefined;
  const [first, number] = items as unknown[];
  const account = idFromBytes<AccountId>(first);
  return account !== undefined && isWhole(number) ? [account, number] : undefined;
}

function fieldOf(token: string): Bytes {
  const bytes = fromBase64Url(token);
  if (bytes === undefined) throw new RangeError('not a token');
  return bytes;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isEntryKind(value: unknown): value is EntryKind {
  return value === ENTRY_KIND.message || value === ENTRY_KIND.handshake || value === ENTRY_KIND.welcome;
}

function allDefined<T>(values: readonly (T | undefined)[]): values is readonly T[] {
  return !values.includes(undefined);
}
