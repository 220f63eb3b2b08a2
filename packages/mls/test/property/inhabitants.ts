/** Who and what is in a seeded world. */
import { encodeState, type GroupState, MlsError, type StagedOwnCommit } from '../../src/index.ts';
import { type Person, utf8 } from '../kit/seeded.ts';

export interface Entry {
  readonly bytes: Uint8Array;
  readonly isCommit: boolean;
  readonly epochBefore: bigint;
}

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
  readonly used: Uint8Array[];
  /** A handshake message never reached it: what follows may be refused, and then it joins anew. */
  hasMissed: boolean;
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
  readonly epoch: bigint;
  readonly text: string;
  readonly leaf: number;
  readonly members: ReadonlySet<Client>;
}

/** Everything of a state but how its trees share memory. */
export function essence(state: GroupState): readonly unknown[] {
  const pastEpochs = state.pastEpochs.map(({ context, secretTree, senderDataSecret, tree }) => {
    const leaves = [...tree.members()].map(({ leafIndex, leaf }) => [leafIndex, leaf.signature]);
    return [context.epoch, secretTree, senderDataSecret, leaves];
  });
  return [encodeState({ ...state, pastEpochs: [] }), pastEpochs];
}

/** For who has missed something: whether that is why a message is refused. */
export function isRefused(error: unknown): boolean {
  const codes = ['wrong-epoch', 'proposal-unknown'];
  if (error instanceof MlsError && codes.includes(error.code)) return true;
  throw error;
}

export function fail(): never {
  throw new Error('the world has not begun');
}
