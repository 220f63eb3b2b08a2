/**
 * What an interface may ask of a device: commands, and live queries that send a value now and at each change.
 * Every value is plain data that survives structured clone and CBOR, holds no key, and is fit to be shown.
 * The holder of a profile serves this over a worker's port, a BroadcastChannel or a local socket (src/rpc/).
 *
 * A failed command rejects with a {@link Problem}.
 */

/** Something that went wrong, as a person needs it: what happened, what it means, what to do. */
export interface Problem {
  /** Stable; the table is docs/spec/errors.md. */
  readonly code: string;
  readonly message: string;
}

export type Connection = 'online' | 'connecting' | 'offline';

export type Session =
  | { readonly state: 'starting' }
  | { readonly state: 'signed-out'; readonly server: ServerInfo | null; readonly notice: Problem | null }
  /** The app lock is on: the local store opens with the password. */
  | { readonly state: 'locked'; readonly address: string }
  | {
      readonly state: 'signed-in';
      readonly address: string;
      readonly accountId: string;
      readonly deviceId: string;
      readonly connection: Connection;
      /** False until another own device or a contact has confirmed what the server gave this device. */
      readonly confirmed: boolean;
      readonly owner: boolean;
      readonly appLock: boolean;
      /** A condition that needs the person: the store is full, an account state conflicts, and so on. */
      readonly problem: Problem | null;
    }
  /** This profile cannot be used further: newer than the program, rolled back, removed from the account. */
  | { readonly state: 'stopped'; readonly problem: Problem };

export interface ServerInfo {
  /** The part of addresses behind the @. */
  readonly domain: string;
  readonly registration: 'open' | 'invite' | 'closed';
  /** True while there is no account: the first one becomes the owner. */
  readonly first: boolean;
  readonly version: string;
}

export type Verification =
  /** Compared by safety number or QR code. */
  | 'verified'
  /** Known since first contact; nobody compared. */
  | 'unverified'
  /** The address now has other keys than those verified: sending is blocked. */
  | 'changed';

export interface Person {
  readonly address: string;
  readonly accountId: string;
  readonly verification: Verification;
  /** Nothing of them is shown, and nothing is sent to them. */
  readonly blocked: boolean;
}

export type MessageStatus =
  /** Waiting here: no connection, or being sent. */
  | 'queued'
  | 'sent'
  | 'delivered'
  | 'read'
  /** Not sent and will not be tried again by itself. */
  | 'failed';

/** One line of a conversation, oldest first by `position`. */
export type Item = {
  readonly id: string;
  /** Orders the lines of one conversation as they came to this device. */
  readonly position: number;
  /** Milliseconds since 1970 when the author wrote it, by the author's clock, clamped to what is plausible. */
  readonly time: number;
} & (
  | {
      readonly kind: 'message';
      readonly own: boolean;
      readonly from: string;
      readonly text: string;
      /** Of others' messages 'delivered', and 'read' once another device of the person has read it. */
      readonly status: MessageStatus;
      readonly problem: Problem | null;
    }
  /** Something that happened: already a sentence. */
  | { readonly kind: 'note'; readonly tone: 'plain' | 'warning'; readonly text: string }
  /** An entry that could not be read; the rest goes on. */
  | { readonly kind: 'unreadable'; readonly text: string }
);

export interface ConversationSummary {
  readonly id: string;
  readonly kind: 'direct';
  readonly with: Person;
  /** 'request': a stranger wrote; nothing is sent back before the person accepts. */
  readonly state: 'active' | 'request' | 'blocked';
  /** Messages of others that were seen on no device of the person. */
  readonly unread: number;
  /** Lines up to this position were seen on this device. */
  readonly seen: number;
  readonly last: {
    readonly text: string;
    readonly time: number;
    readonly own: boolean;
    readonly status: MessageStatus | null;
  } | null;
  /** What was begun to be written here and not sent; empty where nothing was. */
  readonly draft: string;
}

export interface Conversation extends ConversationSummary {
  /** Why nothing can be sent now, with what to do; null when it can. */
  readonly blocked: Problem | null;
}

export interface DeviceInfo {
  readonly id: string;
  readonly name: string;
  readonly current: boolean;
  /** Milliseconds since 1970, or null where unknown. */
  readonly added: number | null;
  /** The device ended its own session; it still stands in the account until removed. */
  readonly signedOut: boolean;
}

export interface SafetyNumber {
  readonly address: string;
  /** Twelve groups of five digits. */
  readonly groups: readonly string[];
  /** What the QR code holds. */
  readonly code: string;
  readonly verification: Verification;
}

export interface PasswordAdvice {
  readonly strongEnough: boolean;
  /** 0 to 1, for a bar: the logarithm of the guesses against the floor. */
  readonly score: number;
}

/** Each command: its argument and its result. */
export interface Commands {
  passwordAdvice(input: { password: string; name: string }): Promise<PasswordAdvice>;
  generatePassword(): Promise<string>;
  /** Makes the keys on this device; nothing is on the server before {@link Commands.signUpFinish}. */
  signUpStart(input: { name: string; password: string; invite?: string; deviceName: string }): Promise<{
    /** 24 words, separated by spaces: shown once. */
    words: string;
    /** Positions, from 1, of two words to ask back. */
    ask: readonly number[];
  }>;
  /** Throws `recovery_words_wrong` where the words asked back do not match; may be tried again. */
  signUpFinish(input: { answers: readonly string[] }): Promise<void>;
  signIn(input: { address: string; password: string; deviceName: string }): Promise<void>;
  /** Signs in by the recovery code and sets a new password; the code stays valid. */
  recover(input: { address: string; words: string; newPassword: string; deviceName: string }): Promise<void>;
  signOut(): Promise<void>;
  unlock(input: { password: string }): Promise<void>;
  setAppLock(input: { enabled: boolean; password: string }): Promise<void>;
  changePassword(input: { password: string; newPassword: string }): Promise<void>;
  removeDevice(input: { id: string; password: string }): Promise<void>;
  renameDevice(input: { name: string }): Promise<void>;
  /** The owner only: a code that lets one person sign up. */
  createInvite(): Promise<{ code: string; expires: number }>;

  /** Returns the id of the conversation with that address, new or there already. */
  startConversation(input: { address: string }): Promise<{ id: string }>;
  /**
   * Resolves once the message is safe on this device; it is sent when it can be. `id`, 16 random bytes in base64url,
   * names the message: given once more with the same one, it is the same message.
   */
  send(input: { conversation: string; text: string; id?: string }): Promise<{ id: string }>;
  /** Keeps what was begun to be written, on this device only; an empty text keeps nothing. */
  keepDraft(input: { conversation: string; text: string }): Promise<void>;
  retry(input: { conversation: string; message: string }): Promise<void>;
  discard(input: { conversation: string; message: string }): Promise<void>;
  /** All messages up to and with `position` were seen by the person. */
  markRead(input: { conversation: string; position: number }): Promise<void>;
  acceptRequest(input: { conversation: string }): Promise<void>;
  /** Blocks the sender: the conversation leaves the list and nothing more of it is shown. */
  declineRequest(input: { conversation: string }): Promise<void>;

  safetyNumber(input: { address: string }): Promise<SafetyNumber>;
  /** Compares what was scanned or typed with this device's view, and marks the person verified where equal. */
  compareSafetyNumber(input: { address: string; scanned: string }): Promise<{ equal: boolean }>;
  setVerified(input: { address: string; verified: boolean }): Promise<void>;
  /** Blocks somebody on all devices of the account, or takes it back: the conversation is there again then. */
  setBlocked(input: { address: string; blocked: boolean }): Promise<void>;
  /** After a change of keys: go on with the new ones, as unverified. */
  acceptChangedKeys(input: { address: string }): Promise<void>;

  /**
   * Resolves when what waited at the server has been taken in, and what waited here has been sent. Rejects with
   * `offline` where there is no connection.
   */
  catchUp(): Promise<void>;
  /** Tries to reach the server now instead of after a pause: for when a person looks, or the network is back. */
  reconnect(): Promise<void>;
  /** Asks the server what it is. Rejects with `offline` where it cannot be reached. */
  serverInfo(): Promise<ServerInfo>;

  /** All that this device knows of the account's conversations, as JSON lines for the person to keep. */
  exportAll(): Promise<string>;
}

/** Each live query: its argument and the value that it sends at once and at every change. */
export interface Queries {
  session: { input: null; value: Session };
  conversations: { input: null; value: readonly ConversationSummary[] };
  conversation: { input: { id: string }; value: Conversation | null };
  /**
   * The newest `limit` lines, oldest first. `more` tells whether there are older ones. With `hold`, the line that the
   * first value began with stays the first: what a person looks at only grows, however many lines come.
   */
  items: {
    input: { conversation: string; limit: number; hold?: boolean };
    value: { items: readonly Item[]; more: boolean };
  };
  devices: { input: null; value: readonly DeviceInfo[] };
  people: { input: null; value: readonly Person[] };
}

/** A device as an interface sees it. */
export interface DeviceApi {
  call<K extends keyof Commands>(command: K, ...input: Parameters<Commands[K]>): ReturnType<Commands[K]>;
  /** Calls `listener` with the present value soon, and again at each change, until the returned function is called. */
  watch<K extends keyof Queries>(
    query: K,
    input: Queries[K]['input'],
    listener: (value: Queries[K]['value']) => void,
  ): () => void;
}
