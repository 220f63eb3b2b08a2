/** Joining by Welcome (RFC 9420, section 12.4.3.1). */
import { EMPTY, equalBytes } from '../bytes.ts';
import { decode } from '../codec/codec.ts';
import { decryptWithLabel, encryptContext } from '../crypto/encrypt-with-label.ts';
import type { Awaitable, CipherSuite } from '../crypto/provider.ts';
import { check, fail } from '../errors.ts';
import { WireFormat } from '../messages/framed-content.ts';
import { type GroupInfo, groupInfoCodec } from '../messages/group-info.ts';
import { type GroupSecrets, groupSecretsCodec } from '../messages/group-secrets.ts';
import { keyPackageRef } from '../messages/key-package.ts';
import { decodeMessage } from '../messages/mls-message.ts';
import type { Welcome } from '../messages/welcome.ts';
import { verifyGroupInfo } from '../public/from-group-info.ts';
import { pathSteps } from '../public/path.ts';
import { checkPskId, checkPskList } from '../public/psk-ids.ts';
import { treeOf, validateTree } from '../public/validate-tree.ts';
import { confirmationTag } from '../schedule/confirmation.ts';
import { deriveWelcomeKey, deriveWelcomeSecret, startEpoch } from '../schedule/key-schedule.ts';
import { interimTranscriptHash } from '../schedule/transcript.ts';
import type { Member } from '../tree/cells.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import { ancestor, commonLevel } from '../tree/tree-math.ts';
import { firstEpoch } from './enter-epoch.ts';
import { cipherSuite, type Environment } from './environment.ts';
import type { KeyPackageBundle } from './key-package.ts';
import { derivePath, type PathNode } from './path-secrets.ts';
import { pskSecretFor } from './psks.ts';
import type { ActiveGroup, GroupState } from './state.ts';
import { checkSuccession } from './succession.ts';

export interface JoinOptions {
  /** An encoded `MLSMessage` with the Welcome. */
  readonly welcome: Uint8Array;
  readonly keyPackage: KeyPackageBundle;
  /** The ratchet tree, when the Welcome does not contain it. */
  readonly ratchetTree?: Uint8Array;
  /** The group that this one branches from or replaces. */
  readonly former?: GroupState;
  /**
   * Whether this client is in a group of that identifier (section 12.4.3.1: it is to be unique). Without it, the caller
   * compares the identifier of the joined group.
   */
  readonly isKnownGroup?: (groupId: Uint8Array) => Awaitable<boolean>;
}

export interface Joined {
  readonly state: ActiveGroup;
  /** The member that signed the group information: who sent the Welcome. */
  readonly inviter: Member;
}

export async function joinGroup(env: Environment, options: JoinOptions): Promise<ActiveGroup> {
  return (await joinGroupByInviter(env, options)).state;
}

/** Like {@link joinGroup}, and tells who invited. */
export async function joinGroupByInviter(env: Environment, options: JoinOptions): Promise<Joined> {
  const message = decodeMessage(options.welcome) ?? fail('malformed');
  const { keyPackage: bundle, former } = options;
  const { welcome } = message.wireFormat === WireFormat.welcome ? message : fail('invalid-argument');
  check(welcome.cipherSuite === bundle.keyPackage.cipherSuite, 'welcome-suite');
  const suite = cipherSuite(env, welcome.cipherSuite);
  const secrets = await openSecrets(suite, welcome, bundle);
  const pskSecret = await pskSecretFor(env, suite, secrets.psks, former);
  const info = await openInfo(suite, welcome, secrets.joinerSecret, pskSecret);
  const context = info.groupContext;
  check(context.version === bundle.keyPackage.version, 'key-package-version');
  check(context.cipherSuite === welcome.cipherSuite, 'welcome-suite');
  const isKnown = (await options.isKnownGroup?.(context.groupId)) ?? false;
  check(!isKnown, 'group-known');
  const tree = treeOf(env, info, options.ratchetTree);
  await verifyGroupInfo(suite, info, tree);
  await validateTree(env, suite, context, tree);
  checkSuccession(env, secrets.psks, context, tree, former);
  const ownLeaf = findOwnLeaf(tree, bundle);
  const learned = await pathNodes(suite, tree, secrets, ownLeaf, info.signer);
  const start = startEpoch(suite, secrets.joinerSecret, pskSecret, context);
  const tag = confirmationTag(suite, start.confirmationKey, context.confirmedTranscriptHash);
  check(equalBytes(tag, info.confirmationTag), 'bad-confirmation-tag');
  const pathKeys = new Map([[2 * ownLeaf, bundle.encryptionPrivateKey]]);
  for (const { node, privateKey } of learned) pathKeys.set(node, privateKey);
  const group = {
    context,
    tree,
    interimTranscriptHash: interimTranscriptHash(suite, context.confirmedTranscriptHash, tag),
    confirmationTag: tag,
    proposals: [],
    reinit: undefined,
  };
  const { signaturePrivateKey } = bundle;
  const own = { ownLeaf, signaturePrivateKey, pathKeys };
  const leaf = tree.leaf(info.signer) ?? fail('unknown-sender');
  return {
    state: firstEpoch(group, start, own),
    inviter: { leafIndex: info.signer, leaf },
  };
}

async function openSecrets(
  suite: CipherSuite,
  welcome: Welcome,
  bundle: KeyPackageBundle,
): Promise<GroupSecrets> {
  const reference = keyPackageRef(suite, bundle.keyPackage);
  const mine = welcome.secrets.find(({ newMember }) => equalBytes(newMember, reference));
  if (mine === undefined) return fail('welcome-not-for-me');
  const keyPair = { privateKey: bundle.initPrivateKey, publicKey: bundle.keyPackage.initKey };
  const context = encryptContext(suite, 'Welcome', welcome.encryptedGroupInfo);
  const plain = await decryptWithLabel(suite, keyPair, context, mine.encryptedGroupSecrets);
  if (plain === undefined) return fail('welcome-undecryptable');
  const secrets = decode(groupSecretsCodec, plain) ?? fail('malformed');
  for (const psk of secrets.psks) checkPskId(suite, psk, true);
  checkPskList(secrets.psks);
  return secrets;
}

async function openInfo(
  suite: CipherSuite,
  welcome: Welcome,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
): Promise<GroupInfo> {
  const { key, nonce } = deriveWelcomeKey(suite, deriveWelcomeSecret(suite, joinerSecret, pskSecret));
  const plain = await suite.aead.open(key, nonce, EMPTY, welcome.encryptedGroupInfo);
  if (plain === undefined) return fail('welcome-undecryptable');
  return decode(groupInfoCodec, plain) ?? fail('malformed');
}

function findOwnLeaf(tree: RatchetTree, { keyPackage }: KeyPackageBundle): number {
  const { encryptionKey, signature } = keyPackage.leafNode;
  for (const { leaf, leafIndex } of tree.members()) {
    if (equalBytes(leaf.encryptionKey, encryptionKey)) {
      check(equalBytes(leaf.signature, signature), 'own-leaf-missing');
      return leafIndex;
    }
  }
  return fail('own-leaf-missing');
}

/** The nodes above both the newcomer and the committer, from the path secret in the Welcome. */
async function pathNodes(
  suite: CipherSuite,
  tree: RatchetTree,
  { pathSecret }: GroupSecrets,
  ownLeaf: number,
  signer: number,
): Promise<readonly PathNode[]> {
  if (pathSecret === undefined) return [];
  const lowest = commonLevel(ownLeaf, signer);
  const steps = pathSteps(tree, signer, new Set()).filter(({ level }) => level >= lowest);
  check(steps[0]?.node === ancestor(ownLeaf, lowest), 'path-key-mismatch');
  const { nodes } = await derivePath(suite, pathSecret, steps);
  steps.forEach(({ level }, i) => {
    const announced = tree.parentAbove(ownLeaf, level)?.encryptionKey;
    const derived = nodes[i]?.publicKey;
    check(
      announced !== undefined && derived !== undefined && equalBytes(announced, derived),
      'path-key-mismatch',
    );
  });
  return nodes;
}
