/** Who and what is in a seeded world. */
import { encodeState, type GroupState, MlsError, type StagedOwnCommit } from '../../src/index.ts';
import { type Person, utf8 } from '../kit/seeded.ts';
import type { Intercepted } from '../kit/thief.ts';

export interface Entry {
  readonly bytes: Uint8Array;
  readonly isCommit: boolean;
  readonly epochBefore: bigint;
}

/** One stay in the group: who comes back by an external commit is another client of the same person. */
export interface Client {
  readonly person: Person;
  state: GroupState;
  /** How much of the log it has processed. */
  position: number;
  /** Its own commits and proposals that wait in the log, by position. */
  readonly own: Map<number, StagedOwnCommit | 'proposal'>;
  /** The state as last stored: a snapshot and its journal. */
  snapshot: Uint8Array;
  journal: Uint8Array[];
  stored: GroupState;
  /** What it has read or sent: nobody opens that with a copy of its newest state. */
  readonly used: Intercepted[];
  /** A handshake message never reached it: what follows may be refused, and then it joins anew. */
  hasMissed: boolean;
  /** Its first epoch, and the first one that it is not in any more. */
  readonly since: bigint;
  until: bigint | undefined;
}

/** How the world begins, and how big it gets. */
export interface Size {
  readonly start: number;
  /** Below it, more are added than removed. */
  readonly wanted: number;
  readonly limit: number;
}

export const psks = (): Uint8Array => utf8('what all of them were told');

export interface Letter {
  readonly bytes: Uint8Array;
  readonly intercepted: Intercepted;
  readonly text: string;
  readonly sender: Client;
  readonly leaf: number;
  /** Sent in the losing branch of a fork, where its sender is alone. */
  readonly isAstray: boolean;
}

/** Whether a client was, or will be once it has caught up, in the epoch of the letter. */
export function isMeant(client: Client, { intercepted, sender, isAstray }: Letter): boolean {
  if (isAstray || client === sender) return client === sender;
  const { epoch } = intercepted.context;
  return client.since <= epoch && (client.until === undefined || epoch < client.until);
}

/** What happens in a world. */
const KINDS = [
  'commits',
  'letters',
  'lost',
  'read',
  'restarts',
  'missed',
  'reordered',
  'cameBack',
  'external',
  'outside',
  'extensions',
  'psks',
  'forks',
  'astray',
  'followed',
  'thefts',
  // Letters that did not open, by who tried.
  'formers',
  'newcomers',
  'outsiders',
  // The most members at once.
  'most',
] as const;

export type Counts = Record<(typeof KINDS)[number], number>;

export function newCounts(): Counts {
  return Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Counts;
}

/** Everything of a state but how its trees share memory. */
export function essence(state: GroupState): readonly unknown[] {
  const pastEpochs = state.pastEpochs.map(({ context, secretTree, senderDataSecret, tree }) => {
    const leaves = [...tree.members()].map(({ leafIndex, leaf }) => [leafIndex, leaf.signature]);
    return [context.epoch, secretTree, senderDataSecret, leaves];
  });
  return [encodeState({ ...state, pastEpochs: [] }), pastEpochs];
}

/** Why who has missed a message refuses a later one. */
const MISSED = ['wrong-epoch', 'proposal-unknown'];
/** Why a branch refuses what was sent in the other one, in an epoch of the same number. */
const OTHER_BRANCH = ['bad-membership-tag', 'bad-signature', 'decryption-failed'];

/** Whether a message is refused since its receiver has missed something, or has lost its way. */
export function isRefused(error: unknown, { until }: Client): boolean {
  const codes = until === undefined ? MISSED : [...MISSED, ...OTHER_BRANCH];
  if (error instanceof MlsError && codes.includes(error.code)) return true;
  throw error;
}

export function fail(): never {
  throw new Error('the world has not begun');
}
