/** What the local store holds of conversations, and under which keys. Ids and numbers only; all else is sealed. */
import type { Bytes } from '@sotto/crypto';
import type { AccountId, DeviceId, GroupId } from '@sotto/protocol';
import type { KeptGroup, MessageId } from '@sotto/protocol/conversations';
import type { MessageStatus, Problem } from '../api.ts';

/** A direct conversation is named by the other account: several groups of one pair are one conversation. */
export type ConversationId = AccountId;

export interface ConversationRecord {
  readonly id: ConversationId;
  /** Groups that this device has joined, lowest id first: the first active one is used for sending. */
  readonly groups: readonly GroupId[];
  readonly state: 'active' | 'request' | 'declined';
  /** When the person decided on the state, in milliseconds since 1970; absent while they have not. */
  readonly decided?: number;
  /** Position of the next line. */
  readonly next: number;
  /** Lines up to this position were seen on this device. */
  readonly seen: number;
  /** Messages of others that were seen on no device of the person. */
  readonly unread: number;
  readonly last: {
    readonly position: number;
    readonly text: string;
    readonly time: number;
    readonly own: boolean;
  } | null;
}

export interface GroupRecord {
  readonly id: GroupId;
  readonly conversation: ConversationId;
  /** Entries up to this number have been taken in. */
  readonly cursor: number;
  /** Number of the newest handshake entry taken in; 0 for none. */
  readonly handshake: number;
  /** The newest epoch that this device was in. */
  readonly epoch: number;
  /** Entries in a row, up to the newest, that could not be read. */
  readonly missed: number;
  /** An own commit that was sent and not answered yet. */
  readonly staged: StagedCommit | null;
  /** For each sender's leaf in the newest epoch it was heard in: the next generation. */
  readonly heard: readonly { readonly leaf: number; readonly epoch: number; readonly next: number }[];
  /** False once this device was removed, or has lost the group for good. */
  readonly active: boolean;
  /** The conversation goes on in another group. */
  readonly givenUp?: boolean;
  /** When a group was given up whose state is still good, in milliseconds since 1970: others may write in it yet. */
  readonly ended?: number;
}

/** A group of a stranger that this device has not entered. */
export interface WaitingRecord {
  readonly conversation: ConversationId;
}

/** When this device came back into a group by itself, in milliseconds since 1970. */
export interface ReturnsRecord {
  readonly times: readonly number[];
}

/** A group that was begun here and of which the server has not said that it took it. */
export interface BegunRecord {
  readonly id: GroupId;
  readonly conversation: ConversationId;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly state: KeptGroup;
}

export interface StagedCommit {
  readonly request: Bytes;
  readonly follows: number;
  readonly commit: Bytes;
  readonly pending: Bytes;
  readonly groupInfo: Bytes;
  readonly welcome: Bytes | null;
  readonly added: readonly { readonly accountId: AccountId; readonly deviceId: DeviceId }[];
  readonly removed: readonly DeviceId[];
}

export type ItemRecord = {
  readonly position: number;
  readonly time: number;
} & (
  | {
      readonly kind: 'message';
      readonly id: string;
      readonly own: boolean;
      readonly from: AccountId;
      readonly text: string;
      /** Of a message of others: `read` once another device of the person has read it, until then `delivered`. */
      readonly status: MessageStatus;
      readonly problem: Problem | null;
      /** MIMI message id; null until the message was encrypted. */
      readonly messageId: MessageId | null;
    }
  | { readonly kind: 'note'; readonly tone: 'plain' | 'warning'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly text: string }
);

/** A message that waits to be encrypted. */
export interface PendingRecord {
  readonly sequence: number;
  readonly conversation: ConversationId;
  readonly position: number;
}

/** An encrypted entry that the server has not confirmed. */
export interface OutgoingRecord {
  readonly counter: number;
  readonly group: GroupId;
  readonly bytes: Bytes;
  /** Of a text message: its line. */
  readonly line: { readonly conversation: ConversationId; readonly position: number } | null;
}

/** What was begun to be written in a conversation. */
export interface DraftRecord {
  readonly text: string;
}

/** Marks that are to be sent: ids of messages of others. */
export interface MarksRecord {
  readonly delivered: readonly MessageId[];
  readonly read: readonly MessageId[];
}

export interface KeyPackageRecord {
  readonly publicBytes: Bytes;
  readonly privateBytes: Bytes;
  readonly lastResort: boolean;
  /** Milliseconds since 1970. */
  readonly made: number;
}

const digits = (number: number): string => String(number).padStart(15, '0');

export const KEY = {
  conversation: (id: ConversationId) => `conversation/${id}`,
  conversations: 'conversation/',
  group: (id: GroupId) => `group/${id}`,
  groups: 'group/',
  /** The engine's state (KeptGroup): a large part, for an epoch, and small pages that messages change. */
  groupFixed: (id: GroupId) => `group-fixed/${id}`,
  groupPage: (id: GroupId, place: number) => `group-moving/${id}/${digits(place)}`,
  groupPages: (id: GroupId) => `group-moving/${id}`,
  begun: (id: GroupId) => `begun/${id}`,
  begunAll: 'begun/',
  /** That this device has asked to join the group by itself, and has no answer. */
  joining: (id: GroupId) => `joining/${id}`,
  waiting: (id: GroupId) => `waiting/${id}`,
  waitings: 'waiting/',
  returns: (id: GroupId) => `returns/${id}`,
  item: (id: ConversationId, position: number) => `item/${id}/${digits(position)}`,
  items: (id: ConversationId) => `item/${id}/`,
  /** The position of a message by its MIMI id. */
  message: (id: ConversationId, messageId: MessageId) => `message/${id}/${messageId}`,
  /** The position of an own message by the name that the interface gave it. */
  named: (id: ConversationId, name: string) => `named/${id}/${name}`,
  pending: (sequence: number) => `pending/${digits(sequence)}`,
  pendings: 'pending/',
  outgoing: (counter: number) => `outgoing/${digits(counter)}`,
  outgoings: 'outgoing/',
  draft: (id: ConversationId) => `draft/${id}`,
  drafts: 'draft/',
  marks: (id: ConversationId) => `marks/${id}`,
  keyPackage: (ref: string) => `key-package/${ref}`,
  keyPackages: 'key-package/',
  deviceCursor: 'cursor/device',
} as const;
