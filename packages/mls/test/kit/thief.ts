/** Who steals a full copy of a state, and tries all that follows from it on what was read or sent before. */
import { expect } from 'vitest';
import { equalBytes, xorPrefix } from '../../src/bytes.ts';
import { decryptWithLabel, encryptContext } from '../../src/crypto/encrypt-with-label.ts';
import type { CipherSuite } from '../../src/crypto/provider.ts';
import { openSenderData } from '../../src/framing/private.ts';
import { cipherSuite } from '../../src/group/environment.ts';
import {
  decodeMessage,
  decodeState,
  type Environment,
  encodeState,
  type GroupContext,
  type GroupState,
  type KeyPackage,
  keyPackageRef,
  MlsError,
  WireFormat,
} from '../../src/index.ts';
import {
  type PrivateMessage,
  privateContentAad,
  type SenderData,
} from '../../src/messages/private-message.ts';
import { deriveJoinerSecret, fromEpochSecret, startEpoch } from '../../src/schedule/key-schedule.ts';
import { type GenerationKey, type Ratchet, takeNext } from '../../src/secrets/ratchet.ts';
import { leafRatchets, type SecretTree, secretTree } from '../../src/secrets/secret-tree.ts';

/** How far beyond the generation of a message the chains of a copy are followed. */
const AHEAD = 2;

/** A private message as it was recorded. Who sent it, and with which reuse guard, counts as known besides. */
export interface Intercepted {
  readonly message: PrivateMessage;
  readonly senderData: SenderData;
  /** Of the epoch of the message, and how high its tree is: both are public. */
  readonly context: GroupContext;
  readonly level: number;
}

interface KnownEpoch {
  readonly context: GroupContext;
  readonly senderDataSecret: Uint8Array;
  readonly secretTree: SecretTree;
}

function epochsOf(state: GroupState): readonly KnownEpoch[] {
  if (state.status === 'removed') return state.pastEpochs;
  const { group, secrets, secretTree: present } = state;
  const { senderDataSecret } = secrets;
  return [{ context: group.context, senderDataSecret, secretTree: present }, ...state.pastEpochs];
}

/** Records a message with the help of somebody who knows its epoch. */
export async function intercept(
  env: Environment,
  state: GroupState,
  bytes: Uint8Array,
): Promise<Intercepted> {
  const decoded = decodeMessage(bytes);
  if (decoded?.wireFormat !== WireFormat.privateMessage) throw new Error('not a private message');
  const { privateMessage: message } = decoded;
  const epoch = epochsOf(state).find(({ context }) => context.epoch === message.epoch);
  if (epoch === undefined) throw new Error('a message of an epoch that is not known here');
  const { context, senderDataSecret } = epoch;
  const suite = cipherSuite(env, context.cipherSuite);
  const senderData = await openSenderData(suite, senderDataSecret, message);
  return { message, senderData, context, level: epoch.secretTree.level };
}

/** The chains of a leaf that follow from what is left of a tree; none where nothing is left. */
function chainsOf(suite: CipherSuite, tree: SecretTree, leaf: number): readonly Ratchet[] {
  try {
    const { handshake, application } = leafRatchets(suite, tree, leaf);
    return [handshake, application].filter((chain) => chain !== undefined);
  } catch (error) {
    if (error instanceof MlsError && error.code === 'generation-consumed') return [];
    throw error;
  }
}

/** The keys of a chain: those that were skipped, and the next ones, to a little beyond `generation`. */
function* keysOf(suite: CipherSuite, chain: Ratchet, generation: number): Generator<GenerationKey> {
  yield* chain.skipped;
  const last = Math.max(chain.generation, generation) + AHEAD;
  let step = takeNext(suite, chain);
  for (; step.taken.generation <= last; step = takeNext(suite, step.ratchet)) yield step.taken;
}

/** Whether a key that follows from `tree` opens the message; anything but an honest "no" is thrown. */
async function opens(suite: CipherSuite, tree: SecretTree, intercepted: Intercepted): Promise<boolean> {
  const { message, senderData } = intercepted;
  const { leafIndex, generation, reuseGuard } = senderData;
  const aad = privateContentAad(message);
  for (const chain of chainsOf(suite, tree, leafIndex)) {
    for (const { key, nonce } of keysOf(suite, chain, generation)) {
      const plain = await suite.aead.open(key, xorPrefix(nonce, reuseGuard), aad, message.ciphertext);
      if (plain !== undefined) return true;
    }
  }
  return false;
}

/** Every secret of a state that is not part of a tree of secrets. */
function* looseSecrets(state: GroupState): Generator<Uint8Array> {
  for (const { psk } of state.resumption) yield psk;
  for (const { senderDataSecret } of state.pastEpochs) yield senderDataSecret;
  if (state.status === 'removed') return;
  yield* Object.values(state.secrets);
  yield* state.pathKeys.values();
  yield state.signaturePrivateKey;
  for (const { encryptionPrivateKey } of state.pendingUpdates) yield encryptionPrivateKey;
}

/** The trees that would follow if `secret` were one of those above a tree in the key schedule. */
function treesUnder(suite: CipherSuite, secret: Uint8Array, { context, level }: Intercepted): SecretTree[] {
  const none = new Uint8Array(suite.hashLength);
  const asInit = deriveJoinerSecret(suite, secret, none, context);
  return [
    secret,
    fromEpochSecret(suite, secret).encryptionSecret,
    startEpoch(suite, secret, none, context).encryptionSecret,
    startEpoch(suite, asInit, none, context).encryptionSecret,
  ].map((root) => secretTree(root, level));
}

/** Which of the messages open with what `state` keeps for reading their epoch. */
export async function openedByTrees(
  env: Environment,
  state: GroupState,
  messages: readonly Intercepted[],
): Promise<readonly number[]> {
  const suite = cipherSuite(env, state.group.context.cipherSuite);
  return openedBy(suite, messages, (intercepted) =>
    epochsOf(state)
      .filter(({ context }) => context.epoch === intercepted.context.epoch)
      .map(({ secretTree: tree }) => tree),
  );
}

/** Which of the messages open with anything at all that a stored copy of `state` holds. */
export async function stolen(
  env: Environment,
  state: GroupState,
  messages: readonly Intercepted[],
): Promise<readonly number[]> {
  const copy = decodeState(encodeState(state));
  const suite = cipherSuite(env, copy.group.context.cipherSuite);
  const kept = epochsOf(copy).map(({ secretTree: tree }) => tree);
  const loose = [...looseSecrets(copy)];
  return openedBy(suite, messages, (message) => [
    ...kept,
    ...loose.flatMap((secret) => treesUnder(suite, secret, message)),
  ]);
}

async function openedBy(
  suite: CipherSuite,
  messages: readonly Intercepted[],
  treesFor: (message: Intercepted) => readonly SecretTree[],
): Promise<readonly number[]> {
  const opened: number[] = [];
  for (const [i, message] of messages.entries()) {
    for (const tree of treesFor(message)) {
      if (!opened.includes(i) && (await opens(suite, tree, message))) opened.push(i);
    }
  }
  return opened;
}

export async function expectNothingStolen(
  env: Environment,
  state: GroupState,
  messages: readonly Intercepted[],
): Promise<void> {
  expect(await stolen(env, state, messages)).toEqual([]);
}

/** Whether a secret of the state opens what a Welcome holds for this key package. */
export async function opensWelcome(
  env: Environment,
  state: GroupState,
  bytes: Uint8Array,
  keyPackage: KeyPackage,
): Promise<boolean> {
  const suite = cipherSuite(env, keyPackage.cipherSuite);
  const decoded = decodeMessage(bytes);
  const welcome = decoded?.wireFormat === WireFormat.welcome ? decoded.welcome : undefined;
  const reference = keyPackageRef(suite, keyPackage);
  const sealed = welcome?.secrets.find(({ newMember }) => equalBytes(newMember, reference));
  if (welcome === undefined || sealed === undefined) throw new Error('not a welcome for this key package');
  const context = encryptContext(suite, 'Welcome', welcome.encryptedGroupInfo);
  const { encryptedGroupSecrets } = sealed;
  for (const privateKey of looseSecrets(state)) {
    const keyPair = { privateKey, publicKey: keyPackage.initKey };
    if ((await decryptWithLabel(suite, keyPair, context, encryptedGroupSecrets)) !== undefined) return true;
  }
  return false;
}
