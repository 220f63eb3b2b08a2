/** What the server accepts at most, and what a client may count on. Sizes in bytes, times in milliseconds. */
export const LIMITS = {
  /** One entry of a stream. */
  entry: 65_536,
  /** A commit, a welcome, a group's public state: room for twice the devices that two accounts may have. */
  handshake: 262_144,
  /** A signed account state. */
  state: 65_536,
  keyring: 262_144,
  keyPackage: 16_384,
  /** Key packages that one device may have waiting. */
  keyPackages: 100,
  /** What an account has decided of people, sealed. */
  contacts: 1_048_576 + 256,
  /** A device's sealed name. */
  label: 512,
  devices: 20,
  slots: 8,
  /** Account states in one answer; more are asked for again. */
  statesAtOnce: 100,
  /** Entries that the server sends to one device in one stream before it waits for an acknowledgement. */
  unacknowledged: 1_024,
  /** Submissions of one device that may be under way at once. */
  submissions: 64,
  /** An entry goes when every reader has it, or after this. */
  entryLife: 30 * 24 * 3_600_000,
  /** How long a proof of a slot is good for. */
  slotSession: 10 * 60_000,
  deviceSession: 24 * 3_600_000,
} as const;

/** The version that client and server speak; a client of a newer one is refused with `version_unsupported`. */
export const PROTOCOL_VERSION = 1;

/**
 * How passwords are stretched, by number. The server only repeats the number that the client stored; a client
 * refuses a number that it does not know (docs/spec/identity.md).
 */
export const STRETCHING = 1;
