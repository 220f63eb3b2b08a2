/** Becoming a member: by a welcome (RFC 9420 section 12.4.3.1) or by an external commit (section 12.4.3.2). */
import { type Bytes, equalBytes, type SigningKey, toHex } from '@sotto/crypto';
import type { ClientState, GroupInfo, MlsWelcome } from 'ts-mls';
import { joinGroup } from 'ts-mls/clientState.js';
import { joinGroupExternal } from 'ts-mls/createCommit.js';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';
import { emptyPskIndex } from 'ts-mls/pskIndex.js';
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js';
import { groupInfoOf } from './mls-commit.ts';
import type { Authenticate, ExternalJoin, KeyPackagePair, Leaf, MlsErrorCode } from './mls-engine.ts';
import { failingAs, failure } from './mls-failure.ts';
import { CONFIG, GroupHandle, placeOf } from './mls-group.ts';
import {
  makeKeyPackage,
  NO_BYTES,
  type OwnKeyPackage,
  readKeyPackagePair,
  refOf,
} from './mls-key-package.ts';
import { authenticateAll, hasUniqueKeys, leafAt, leafWithKey, leavesOf } from './mls-tree.ts';
import { readMessageOf, writeMessage } from './mls-wire.ts';
import { SUITE_NAME, type Suite } from './suite.ts';

type Pair = Pick<KeyPackagePair, 'publicBytes' | 'privateBytes'>;

/** The lifetime of a leaf that nobody is to add by its key package. */
export const NO_LIMIT = { notBefore: 0n, notAfter: 0xffff_ffff_ffff_ffffn };

export function readWelcome(bytes: Uint8Array): MlsWelcome['welcome'] | undefined {
  const welcome = readMessageOf('mls_welcome', bytes)?.welcome;
  return welcome?.cipherSuite === SUITE_NAME ? welcome : undefined;
}

export async function joinByWelcome(
  bytes: Uint8Array,
  pairs: readonly Pair[],
  authenticate: Authenticate,
  signingKey: SigningKey,
  suite: Suite,
): Promise<{ group: GroupHandle; used: Bytes; by: Leaf }> {
  const welcome = readWelcome(bytes);
  if (welcome === undefined) throw failure('welcome_invalid');
  const named = new Set(welcome.secrets.map((secret) => toHex(secret.newMember)));
  for (const pair of pairs) {
    const own = readKeyPackagePair(pair);
    if (own === undefined) throw failure('key_package_invalid');
    const used = await refOf(own.keyPackage, suite);
    if (!named.has(toHex(used))) continue;
    const { keyPackage, secrets } = own;
    const state = await failingAs('welcome_invalid', () =>
      joinGroup(welcome, keyPackage, secrets, emptyPskIndex, suite, undefined, undefined, CONFIG),
    );
    await checkJoined(state, signingKey, authenticate, 'welcome_invalid');
    const by = await failingAs('welcome_invalid', () => signerOf(welcome, used, secrets, state, suite));
    secrets.initPrivateKey.fill(0);
    return { group: new GroupHandle(state), used, by };
  }
  throw failure('welcome_not_ours');
}

/**
 * The member whose signature the group info bears, which `joinGroup` has checked and does not tell. The leaf is
 * judged like any other of the group; what it is to the caller is for the caller to say.
 */
async function signerOf(
  welcome: MlsWelcome['welcome'],
  ref: Bytes,
  secrets: OwnKeyPackage['secrets'],
  state: ClientState,
  suite: Suite,
): Promise<Leaf> {
  const key = await suite.hpke.importPrivateKey(secrets.initPrivateKey);
  const opened = await decryptGroupSecrets(key, ref, welcome, suite.hpke);
  if (opened === undefined || opened.psks.length > 0) throw failure('welcome_invalid');
  const noPsk = new Uint8Array(suite.kdf.size);
  const groupInfo = await decryptGroupInfo(welcome, opened.joinerSecret, noPsk, suite);
  opened.joinerSecret.fill(0);
  const leaf = groupInfo === undefined ? undefined : leafAt(state.ratchetTree, groupInfo.signer);
  if (leaf === undefined) throw failure('welcome_invalid');
  return leaf;
}

export interface ExternalOptions {
  readonly replaceOwn: boolean;
  readonly authenticate: Authenticate;
}

export async function joinByExternalCommit(
  bytes: Uint8Array,
  identity: Bytes,
  { replaceOwn, authenticate }: ExternalOptions,
  signingKey: SigningKey,
  suite: Suite,
): Promise<ExternalJoin> {
  const groupInfo = readMessageOf('mls_group_info', bytes)?.groupInfo;
  if (groupInfo === undefined) throw failure('group_info_invalid');
  const former = await failingAs('group_info_invalid', () => formerLeaf(groupInfo, signingKey));
  if (former && !replaceOwn) throw failure('group_info_invalid');
  const own = await makeKeyPackage(identity, false, NO_LIMIT, signingKey, suite);
  const joined = await failingAs('group_info_invalid', () =>
    commitFromOutside(groupInfo, own, former, suite),
  );
  await checkJoined(joined.newState, signingKey, authenticate, 'group_info_invalid');
  return {
    commit: writeMessage({ wireformat: 'mls_public_message', publicMessage: joined.publicMessage }),
    groupInfo: await groupInfoOf(joined.newState, suite),
    group: new GroupHandle(joined.newState),
  };
}

function commitFromOutside(groupInfo: GroupInfo, own: OwnKeyPackage, former: boolean, suite: Suite) {
  return joinGroupExternal(
    groupInfo,
    own.keyPackage,
    { ...own.secrets, signaturePrivateKey: NO_BYTES },
    former,
    suite,
    undefined,
    CONFIG,
  );
}

/** Whether this device's signature key stands in the group already. */
function formerLeaf(groupInfo: GroupInfo, signingKey: SigningKey): boolean {
  const tree = ratchetTreeFromExtension(groupInfo);
  if (tree === undefined || groupInfo.groupContext.cipherSuite !== SUITE_NAME)
    throw failure('group_info_invalid');
  return leafWithKey(tree, signingKey.publicKey) !== undefined;
}

async function checkJoined(
  state: ClientState,
  signingKey: SigningKey,
  authenticate: Authenticate,
  code: MlsErrorCode,
): Promise<void> {
  const place = placeOf(state.groupContext);
  if (place === undefined) throw failure(code);
  const leaves = await failingAs(code, () => {
    const own = leafAt(state.ratchetTree, state.privatePath.leafIndex);
    if (own === undefined || !equalBytes(own.signatureKey, signingKey.publicKey)) throw failure(code);
    if (!hasUniqueKeys(state.ratchetTree)) throw failure(code);
    return leavesOf(state.ratchetTree);
  });
  await authenticateAll(leaves, place, authenticate);
}
