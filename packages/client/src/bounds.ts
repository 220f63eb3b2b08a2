/** What this program takes at most of a server, which may be hostile (attack X4). An honest one comes near none of it. */
const MEBIBYTE = 1_048_576;

export const BOUNDS = {
  /** Of one account: more than it comes to that changes once a day for 25 years. */
  states: 10_000,
  /** Bytes of all states of the own account. */
  stateBytes: 64 * MEBIBYTE,
  /** Bytes of one answer. The longest of an honest server, a page of states with a keyring, has nine million. */
  answer: 16 * MEBIBYTE,
  /** Bytes of entries that came and are not taken in yet. */
  waiting: 32 * MEBIBYTE,
  /** What the server has told beside entries and is being seen to at once; each may ask the server something. */
  events: 256,
} as const;
