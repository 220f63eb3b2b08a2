/** The beginning of an epoch, and what stays of the one before. */
import type { CipherSuite } from '../crypto/provider.ts';
import type { PublicGroup } from '../public/public-group.ts';
import type { EpochStart } from '../schedule/key-schedule.ts';
import type { Retention } from '../secrets/retention.ts';
import { retired, secretTree } from '../secrets/secret-tree.ts';
import type { ActiveGroup, NextEpoch, PastEpoch, PathKeys, ResumptionSecret } from './state.ts';

export interface OwnKeys {
  readonly ownLeaf: number;
  readonly signaturePrivateKey: Uint8Array;
  readonly pathKeys: PathKeys;
}

/** The epoch after that of `before` which `start` begins, not entered yet. */
export function nextEpoch(
  before: PublicGroup,
  group: PublicGroup,
  start: EpochStart,
  own: OwnKeys,
): NextEpoch {
  return { status: 'staged', follows: before.confirmationTag, ...beginning(group, start, own) };
}

/** The state of who was in no epoch before. */
export function firstEpoch(group: PublicGroup, start: EpochStart, own: OwnKeys): ActiveGroup {
  return activeIn(beginning(group, start, own), { pastEpochs: [], resumption: [] });
}

type Beginning = Omit<NextEpoch, 'status' | 'follows'>;

function beginning(group: PublicGroup, start: EpochStart, own: OwnKeys): Beginning {
  const { secrets, encryptionSecret } = start;
  return { group, ...own, secrets, secretTree: secretTree(encryptionSecret, group.tree.level) };
}

/** What a state says of the epochs before it. */
export type Former = Pick<ActiveGroup, 'pastEpochs' | 'resumption'>;

export function enter({ follows: _, ...next }: NextEpoch, former: Former): ActiveGroup {
  return activeIn(next, former);
}

function activeIn(epoch: Beginning, former: Former): ActiveGroup {
  return { ...epoch, status: 'active', pendingUpdates: [], ...former };
}

/** What is left of the epochs up to that of `before`, newest first. */
export function formerEpochs(suite: CipherSuite, retention: Retention, before: ActiveGroup): Former {
  return {
    pastEpochs: keptEpochs(suite, retention, before),
    resumption: keptResumption(retention, before),
  };
}

function keptEpochs(suite: CipherSuite, retention: Retention, before: ActiveGroup): readonly PastEpoch[] {
  if (retention.pastEpochs === 0) return [];
  const past: PastEpoch = {
    context: before.group.context,
    tree: before.group.tree,
    senderDataSecret: before.secrets.senderDataSecret,
    secretTree: retired(suite, before.secretTree, before.ownLeaf),
  };
  return [past, ...before.pastEpochs].slice(0, retention.pastEpochs);
}

function keptResumption(retention: Retention, before: ActiveGroup): readonly ResumptionSecret[] {
  const secret = { epoch: before.group.context.epoch, psk: before.secrets.resumptionPsk };
  return [secret, ...before.resumption].slice(0, retention.resumptionEpochs);
}
