/** Becoming a member: by a welcome (RFC 9420 section 12.4.3.1) or by an external commit (section 12.4.3.2). */
import { type Bytes, copyBytes, equalBytes, toHex } from '@sotto/crypto';
import {
  decodeMessage,
  type GroupContext,
  joinByExternalCommit,
  joinGroupByInviter,
  type MlsMessage,
  WireFormat,
} from '@sotto/mls';
import {
  type Authenticate,
  type ExternalJoin,
  type GroupInfoHeader,
  type Leaf,
  MLS_SUITE,
  MOST_EPOCH,
} from '../mls-engine.ts';
import { groupInfoOf } from './commit.ts';
import { ANY_OF_OURS, accepts, type Device, judgement } from './device.ts';
import { failingAs, failure } from './failure.ts';
import { GroupHandle, handleOf, leafOf, leavesOf, placeOf } from './handle.ts';
import { type Pair, readKeyPackagePair, refOf } from './key-package.ts';

type Welcome = Extract<MlsMessage, { wireFormat: typeof WireFormat.welcome }>['welcome'];

/** The KeyPackageRefs that a welcome is for; undefined where it is malformed or of another suite. */
export function welcomeRefs(bytes: Uint8Array): readonly Bytes[] | undefined {
  return readWelcome(copyBytes(bytes))?.secrets.map(({ newMember }) => copyBytes(newMember));
}

function readWelcome(bytes: Uint8Array): Welcome | undefined {
  const message = decodeMessage(bytes);
  if (message?.wireFormat !== WireFormat.welcome) return undefined;
  return message.welcome.cipherSuite === MLS_SUITE ? message.welcome : undefined;
}

export async function joinByWelcome(
  bytes: Uint8Array,
  pairs: readonly Pair[],
  authenticate: Authenticate,
  device: Device,
): Promise<{ group: GroupHandle; used: Bytes; by: Leaf }> {
  const welcome = copyBytes(bytes);
  const named = new Set(welcomeRefs(welcome)?.map(toHex));
  if (named.size === 0) throw failure('welcome_invalid');
  for (const pair of pairs) {
    const keyPackage = readKeyPackagePair(pair);
    if (keyPackage === undefined) throw failure('key_package_invalid');
    const used = refOf(keyPackage.keyPackage, device);
    if (!named.has(toHex(used))) continue;
    // Only a package of this device: its key alone can sign for the leaf.
    if (!equalBytes(keyPackage.keyPackage.leafNode.signatureKey, device.signatureKey))
      throw failure('welcome_invalid');
    const { state, inviter } = await failingAs('welcome_invalid', () =>
      joinGroupByInviter(device.environment(ANY_OF_OURS), { welcome, keyPackage }),
    );
    if (state.group.context.epoch > MOST_EPOCH) throw failure('welcome_invalid');
    const group = new GroupHandle(state);
    await judgeAll(group, state.group.context, authenticate);
    return { group, used, by: leafOf(inviter) };
  }
  throw failure('welcome_not_ours');
}

/** What the group is for shows only once the welcome is open, so its leaves are judged then. */
async function judgeAll(
  { state }: GroupHandle,
  context: GroupContext,
  authenticate: Authenticate,
): Promise<void> {
  const place = placeOf(context);
  if (place === undefined) throw failure('welcome_invalid');
  for (const leaf of leavesOf(state)) {
    if (!(await accepts(authenticate, leaf, place, null))) throw failure('leaf_refused');
  }
}

/** Unverified; undefined for anything but a GroupInfo of our suite. */
export function readGroupInfo(bytes: Uint8Array): GroupInfoHeader | undefined {
  const message = decodeMessage(copyBytes(bytes));
  if (message?.wireFormat !== WireFormat.groupInfo) return undefined;
  const { groupContext, confirmationTag } = message.groupInfo;
  if (groupContext.cipherSuite !== MLS_SUITE) return undefined;
  return {
    groupId: copyBytes(groupContext.groupId),
    epoch: Number(groupContext.epoch),
    isOf(group) {
      const { context, confirmationTag: own } = handleOf(group).state.group;
      return context.epoch === groupContext.epoch && equalBytes(own, confirmationTag);
    },
  };
}

export interface ExternalOptions {
  readonly replaceOwn: boolean;
  readonly authenticate: Authenticate;
}

export function joinExternally(
  bytes: Uint8Array,
  identity: Bytes,
  { replaceOwn, authenticate }: ExternalOptions,
  device: Device,
): Promise<ExternalJoin> {
  const groupInfo = copyBytes(bytes);
  return failingAs('group_info_invalid', async () => {
    const message = decodeMessage(groupInfo);
    if (message?.wireFormat !== WireFormat.groupInfo) throw failure('group_info_invalid');
    const { groupContext } = message.groupInfo;
    const place = placeOf(groupContext);
    if (place === undefined || groupContext.epoch > MOST_EPOCH) throw failure('group_info_invalid');
    const { commit, staged } = await joinByExternalCommit(
      device.environment(judgement(authenticate, place)),
      {
        ...device.identity(identity),
        groupInfo,
        // Without it, the engine refuses a second leaf with this device's key.
        ...(replaceOwn
          ? { isFormerLeaf: ({ leaf }) => equalBytes(leaf.signatureKey, device.signatureKey) }
          : {}),
      },
    );
    return {
      commit: copyBytes(commit),
      groupInfo: await groupInfoOf(staged.state, device),
      group: new GroupHandle(staged.state),
    };
  });
}
