/** The state at the beginning of an epoch, and what stays of the one before. */
import type { CipherSuite } from '../crypto/provider.ts';
import type { PublicGroup } from '../public/public-group.ts';
import type { EpochStart } from '../schedule/key-schedule.ts';
import type { Retention } from '../secrets/retention.ts';
import { retired, secretTree } from '../secrets/secret-tree.ts';
import type { ActiveGroup, ClosedGroup, PastEpoch, PathKeys, ResumptionSecret } from './state.ts';

export interface OwnKeys {
  readonly ownLeaf: number;
  readonly signaturePrivateKey: Uint8Array;
  readonly pathKeys: PathKeys;
}

/** `before` is the state of the former epoch, `undefined` for who has just joined. */
export function enterEpoch(
  suite: CipherSuite,
  retention: Retention,
  before: ActiveGroup | undefined,
  group: PublicGroup,
  start: EpochStart,
  own: OwnKeys,
): ActiveGroup {
  return {
    status: 'active',
    group,
    ...own,
    secrets: start.secrets,
    secretTree: secretTree(start.encryptionSecret, group.tree.level),
    pendingUpdates: [],
    pastEpochs: before === undefined ? [] : keptEpochs(suite, retention, before),
    resumption: before === undefined ? [] : keptResumption(retention, before),
  };
}

/** What stays for a member that was removed. */
export function leaveGroup(
  suite: CipherSuite,
  retention: Retention,
  before: ActiveGroup,
  group: PublicGroup,
): ClosedGroup {
  return {
    status: 'removed',
    group,
    ownLeaf: before.ownLeaf,
    pastEpochs: keptEpochs(suite, retention, before),
    resumption: keptResumption(retention, before),
  };
}

/** What is left of the epochs up to that of `before`, newest first. */
export function keptEpochs(
  suite: CipherSuite,
  retention: Retention,
  before: ActiveGroup,
): readonly PastEpoch[] {
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
