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
  type StagedPublicCommit,
  universalPublicProvider,
  WireFormat,
} from '@sotto/mls/public';
import { type DirectAccounts, type GroupId, idBytes } from '@sotto/protocol/public';
import type { Platform } from '../../platform/platform.ts';
import { JUDGED_BEFORE, judging } from './authentication.ts';
import { check, devicesOf, namesExactly, refusing } from './checks.ts';
import { type CommitMessage, keepsOwnKey, readCommit } from './commit-message.ts';
import type { Change, Creation, Follower, Submission } from './follower.ts';
import { accountsOf, newestNamed } from './leaves.ts';
import { type KnownState, loadStates, STATES_KEPT, StateCache } from './states.ts';

/** The one suite in use. Its signatures are verified beside the event loop. */
const SUITE = 0xf042;
const PROVIDER = {
  suite: (id: number) => (id === SUITE ? universalPublicProvider.suite(id) : undefined),
};

export class PublicFollower implements Follower {
  readonly #platform: Pick<Platform, 'database' | 'now'>;
  readonly #cache = new StateCache();

  constructor(platform: Pick<Platform, 'database' | 'now'>) {
    this.#platform = platform;
  }

  async begin({ groupId, caller, groupInfo, welcome, members }: Creation): Promise<void> {
    const accounts = accountsIn(groupInfo, groupId);
    const env = this.#environment(judging(this.#platform.database.tables, accounts, () => undefined));
    const { group, signer } = await refusing(async () => {
      const group = await followFromGroupInfo(env, groupInfo);
      return { group, signer: await checkGroupInfo(env, group, groupInfo) };
    });
    const devices = devicesOf(Array.from(group.tree.members(), ({ leaf }) => leaf));
    const others = devices.filter(({ deviceId }) => deviceId !== caller.device);
    const byCaller = devicesOf([group.tree.leaf(signer)].filter((leaf) => leaf !== undefined));
    check(byCaller[0]?.deviceId === caller.device && byCaller[0].accountId === caller.account);
    check(namesExactly(members, others));
    // Whom the Welcome names shows in the commit alone, which stays with its maker: here only how many.
    check(welcome === null ? others.length === 0 : recipientsOf(welcome) === others.length);
  }

  async follow(submission: Submission): Promise<Change> {
    const { groupId, follows } = submission;
    const states = this.#cache.get(groupId, follows) ?? (await this.#load(groupId));
    const message = readCommit(submission.commit);
    check(message !== undefined);
    let cause: unknown;
    for (const state of states.filter(({ epoch }) => epoch === message.epoch).reverse()) {
      try {
        return await this.#followFrom(states, state, message, submission);
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
    state: KnownState,
    message: CommitMessage,
    submission: Submission,
  ): Promise<Change> {
    const before = await state.group();
    const accounts = accountsOf(before.context);
    check(accounts !== undefined && keepsOwnKey(message, before));
    const seen = newestNamed(before);
    const service = judging(this.#platform.database.tables, accounts, (account) => seen.get(account));
    const env = this.#environment(service);
    const followed = await followMessage(env, before, submission.commit);
    check(followed.kind === 'commit');
    const { commit, group } = followed;
    const signer = await checkGroupInfo(env, group, submission.groupInfo);
    check(signer === commit.committer.leafIndex);
    check((submission.welcome === null) === (commit.applied.added.length === 0));
    if (submission.welcome !== null) checkWelcome(env, commit, submission.welcome);
    const isNewest = state === states.at(-1);
    return {
      ...changeOf(commit, message, submission),
      members: isNewest ? null : devicesOf(Array.from(group.tree.members(), ({ leaf }) => leaf)),
      taken: (number) => {
        const next = { number, epoch: group.context.epoch, size: submission.groupInfo.length };
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
    const now = () => BigInt(Math.floor(this.#platform.now() / 1_000));
    return { provider: PROVIDER, authentication, now };
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
  check(message?.wireFormat === WireFormat.welcome && message.welcome.cipherSuite === SUITE);
  return message.welcome.secrets.length;
}

/** Who comes and goes, checked against what the caller says. */
function changeOf(
  { applied }: StagedPublicCommit,
  { leaf, external }: CommitMessage,
  { caller, added, removed }: Submission,
): Pick<Change, 'added' | 'removed'> {
  const [committer] = devicesOf([leaf]);
  check(committer?.deviceId === caller.device && committer.accountId === caller.account);
  const come = devicesOf([...applied.added.map((member) => member.leaf), ...(external ? [leaf] : [])]);
  const back = new Set(come.map(({ deviceId }) => deviceId));
  const gone = devicesOf(applied.removed.map((member) => member.leaf))
    .map(({ deviceId }) => deviceId)
    .filter((deviceId) => !back.has(deviceId));
  check(namesExactly(added, come));
  const named = new Set(removed.filter((deviceId) => !back.has(deviceId)));
  check(named.size === gone.length && gone.every((deviceId) => named.has(deviceId)));
  return { added: come.map(({ accountId, deviceId }) => ({ accountId, deviceId })), removed: gone };
}
