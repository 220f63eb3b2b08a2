/**
 * Follows each group by what is public of it (RFC 9420, and what docs/spec/conversations.md adds), so that a commit
 * that breaks a rule is refused at once and leaves the epoch open. Holds no secret, and so cannot check membership
 * tags, confirmation tags, and whether a path or a Welcome opens: members do, and ignore what does not check out.
 */
import { wireErrorOf } from '@sotto/contract';
import { type Bytes, equalBytes } from '@sotto/crypto/public';
import {
  type AuthenticationService,
  checkGroupInfo,
  checkWelcome,
  decodeMessage,
  followFromGroupInfo,
  followMessage,
  MlsError,
  type PublicEnvironment,
  type PublicGroup,
  type StagedPublicCommit,
  universalPublicProvider,
  WireFormat,
} from '@sotto/mls/public';
import { keepsRules } from '@sotto/protocol/commit-rules';
import { type DirectAccounts, type GroupId, idBytes, MLS_SUITE, MOST_EPOCH } from '@sotto/protocol/public';
import type { Platform } from '../../platform/platform.ts';
import { JUDGED_BEFORE, judging } from './authentication.ts';
import { check, devicesIn, devicesOf, isDevice, namesExactly, refusing } from './checks.ts';
import type { Change, Creation, Follower, Submission } from './follower.ts';
import { accountsOf } from './leaves.ts';
import { type KnownState, loadStates, openTo, STATES_KEPT, StateCache } from './states.ts';

/** The one suite in use. Its signatures are verified beside the event loop. */
const PROVIDER = {
  suite: (id: number) => (id === MLS_SUITE ? universalPublicProvider.suite(id) : undefined),
};

/** Of a tree of 256 leaves; a conversation of two has at most forty devices, and a few places of former ones. */
const MOST_NODES = 2 * 256 - 1;

export class PublicFollower implements Follower {
  readonly #platform: Pick<Platform, 'database'>;
  readonly #cache = new StateCache();

  constructor(platform: Pick<Platform, 'database'>) {
    this.#platform = platform;
  }

  async begin({ groupId, caller, groupInfo, welcome, members }: Creation): Promise<void> {
    const accounts = accountsIn(groupInfo, groupId);
    const env = this.#environment(judging(this.#platform.database.tables, accounts));
    const { group, signer } = await refusing(async () => {
      const group = await followFromGroupInfo(env, groupInfo);
      return { group, signer: await checkGroupInfo(env, group, groupInfo) };
    });
    check(group.context.epoch <= MOST_EPOCH);
    check(isDevice(group.tree.leaf(signer), caller));
    const others = devicesIn(group).filter(({ deviceId }) => deviceId !== caller.device);
    check(namesExactly(members, others));
    // Whom the Welcome names shows in the commit alone, which stays with its maker: here only how many.
    check(welcome === null ? others.length === 0 : recipientsOf(welcome) === others.length);
  }

  async follow(submission: Submission): Promise<Change> {
    const { groupId, follows, caller } = submission;
    const states = this.#cache.get(groupId, follows) ?? (await this.#load(groupId));
    const message = decodeMessage(submission.commit);
    check(message?.wireFormat === WireFormat.publicMessage);
    const { publicMessage } = message;
    let cause: unknown;
    for (const state of openTo(states, caller.key).toReversed()) {
      if (state.epoch !== publicMessage.content.epoch) continue;
      const before = await state.group();
      if (!keepsRules(before, publicMessage)) continue;
      try {
        return await this.#followFrom(states, state.number, before, submission);
      } catch (error) {
        if (!(error instanceof MlsError)) throw error;
        cause = error;
      }
    }
    throw wireErrorOf('handshake_invalid', cause);
  }

  /** Throws an `MlsError` where the commit does not go on from that state, or breaks a rule of the standard. */
  async #followFrom(
    states: readonly KnownState[],
    from: number,
    before: PublicGroup,
    submission: Submission,
  ): Promise<Change> {
    const accounts = accountsOf(before.context);
    check(accounts !== undefined);
    const env = this.#environment(judging(this.#platform.database.tables, accounts));
    const followed = await followMessage(env, before, submission.commit);
    check(followed.kind === 'commit');
    const { commit, group } = followed;
    const signer = await checkGroupInfo(env, group, submission.groupInfo);
    check(signer === commit.committer.leafIndex);
    check((submission.welcome === null) === (commit.applied.added.length === 0));
    if (submission.welcome !== null) checkWelcome(env, commit, submission.welcome);
    return {
      ...changeOf(commit, submission),
      members: from === submission.follows ? null : devicesIn(group),
      taken: (number) => {
        const { caller, groupInfo } = submission;
        const { epoch } = group.context;
        const next = { number, epoch, maker: caller.key, size: groupInfo.length };
        const all = [...states, { ...next, group: () => Promise.resolve(group) }];
        this.#cache.set(submission.groupId, all.slice(-STATES_KEPT));
      },
    };
  }

  async #load(group: GroupId): Promise<readonly KnownState[]> {
    const env = this.#environment(JUDGED_BEFORE);
    const states = await loadStates(this.#platform.database.tables, env, group);
    this.#cache.set(group, states);
    return states;
  }

  #environment(authentication: AuthenticationService): PublicEnvironment {
    // Lifetimes are for who adds a device to judge, as among the members.
    const times = { now: () => 0n, ignoreLifetimes: true };
    return { provider: PROVIDER, authentication, mostNodes: MOST_NODES, ...times };
  }
}

/** The two accounts that the group is for. Throws `handshake_invalid` for anything but a direct conversation. */
function accountsIn(groupInfo: Bytes, groupId: GroupId): DirectAccounts {
  const message = decodeMessage(groupInfo);
  check(message?.wireFormat === WireFormat.groupInfo);
  const context = message.groupInfo.groupContext;
  const accounts = accountsOf(context);
  check(accounts !== undefined && equalBytes(context.groupId, idBytes(groupId)));
  return accounts;
}

function recipientsOf(welcome: Bytes): number {
  const message = decodeMessage(welcome);
  check(message?.wireFormat === WireFormat.welcome && message.welcome.cipherSuite === MLS_SUITE);
  return message.welcome.secrets.length;
}

/** Who comes and goes, checked against what the caller says. */
function changeOf(
  { applied, committer, path }: StagedPublicCommit,
  { caller, added, removed }: Submission,
): Pick<Change, 'added' | 'removed'> {
  check(path !== undefined && isDevice(path.leafNode, caller));
  const joiner = committer.sender.senderType === 'new_member_commit' ? [path.leafNode] : [];
  const come = devicesOf([...applied.added.map((member) => member.leaf), ...joiner]);
  const back = new Set(come.map(({ deviceId }) => deviceId));
  const gone = devicesOf(applied.removed.map((member) => member.leaf))
    .map(({ deviceId }) => deviceId)
    .filter((deviceId) => !back.has(deviceId));
  check(namesExactly(added, come));
  const named = new Set(removed.filter((deviceId) => !back.has(deviceId)));
  check(named.size === gone.length && gone.every((deviceId) => named.has(deviceId)));
  return { added: come.map(({ accountId, deviceId }) => ({ accountId, deviceId })), removed: gone };
}
