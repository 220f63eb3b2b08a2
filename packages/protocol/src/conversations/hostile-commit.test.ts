/**
 * Commits that a hostile member makes with a client of its own: ts-mls itself, without our checks. Each is shown to
 * be taken by ts-mls alone, so that its refusal here is the work of our check.
 */
import {
  encodeCbor,
  fromUtf8,
  type SigningKey,
  signingKeyFromSeed,
  signRaw,
  systemRandom,
  utf8,
} from '@sotto/crypto';
import type { ClientState, LeafNode, Proposal, PublicMessage } from 'ts-mls';
import { createCommit, joinGroupExternal } from 'ts-mls/createCommit.js';
import { initializeEpoch } from 'ts-mls/keySchedule.js';
import { processPublicMessage } from 'ts-mls/processMessages.js';
import { emptyPskIndex } from 'ts-mls/pskIndex.js';
import { describe, expect, it } from 'vitest';
import { CONFIG, GroupHandle } from './mls-group.ts';
import { NO_LIMIT } from './mls-join.ts';
import { makeKeyPackage } from './mls-key-package.ts';
import { readMessageOf, writeMessage } from './mls-wire.ts';
import { makeSuite, type Suite } from './suite.ts';
import {
  type Device,
  everyone,
  failsWith,
  follow,
  founder,
  newEngine,
  newKeyPackage,
} from './test/devices.ts';
import { createMlsEngine } from './ts-mls-engine.ts';

/** A member whose state and suite the test can reach. */
interface Mallory {
  readonly signingKey: SigningKey;
  readonly suite: Suite;
  readonly state: ClientState;
}

function stateOf({ group }: Device): ClientState {
  if (!(group instanceof GroupHandle)) throw new TypeError('another engine');
  return group.state;
}

/** Alice and Mallory in a group. */
async function withMallory(): Promise<[Device, Mallory]> {
  const alice = await founder('alice');
  const signingKey = await signingKeyFromSeed(systemRandom(32));
  const engine = await createMlsEngine(systemRandom, signingKey);
  const own = await newKeyPackage(engine, 'mallory');
  const made = await alice.engine.commit(alice.group, { add: [own.publicBytes], authenticate: everyone });
  alice.group = await alice.engine.adopt(alice.group, made.pending);
  const { group } = await engine.join(made.welcome ?? new Uint8Array(), [own], everyone);
  const state = stateOf({ name: 'mallory', engine, identity: utf8('mallory'), group });
  return [alice, { signingKey, suite: await makeSuite(systemRandom, signingKey), state }];
}

async function commitWith({ state, suite }: Mallory, extraProposals: Proposal[]): Promise<PublicMessage> {
  const made = await createCommit(
    { state, cipherSuite: suite },
    { extraProposals, wireAsPublicMessage: true },
  );
  if (made.commit.wireformat !== 'mls_public_message') throw new TypeError('not public');
  return made.commit.publicMessage;
}

function bytesOf(publicMessage: PublicMessage): Uint8Array {
  return writeMessage({ wireformat: 'mls_public_message', publicMessage });
}

/** The control: ts-mls, asked with its own defaults, takes the commit. */
async function expectTakenByLibrary(alice: Device, message: PublicMessage, suite: Suite): Promise<void> {
  const { newState } = await processPublicMessage(stateOf(alice), message, emptyPskIndex, suite);
  expect(newState.groupContext.epoch).toBe(stateOf(alice).groupContext.epoch + 1n);
}

/** Mallory with another credential or key in the own leaf. */
function withOwnLeaf(mallory: Mallory, change: { identity?: Uint8Array; key?: SigningKey }): Mallory {
  const { state } = mallory;
  const ratchetTree = state.ratchetTree.map((node, i) => {
    if (i !== 2 * state.privatePath.leafIndex || node?.nodeType !== 'leaf') return node;
    const { identity, key } = change;
    const credential =
      identity === undefined ? node.leaf.credential : { credentialType: 'basic' as const, identity };
    const signaturePublicKey = key?.publicKey ?? node.leaf.signaturePublicKey;
    return { ...node, leaf: { ...node.leaf, credential, signaturePublicKey } };
  });
  const suite = change.key === undefined ? mallory.suite : signingLeavesWith(change.key, mallory.suite);
  return { ...mallory, suite, state: { ...state, ratchetTree } };
}

/** A suite that signs leaves with another key than messages. */
function signingLeavesWith(key: SigningKey, suite: Suite): Suite {
  const sign = (none: Uint8Array, message: Uint8Array) => {
    const isLeaf = String.fromCharCode(...message.subarray(0, 40)).includes('LeafNodeTBS');
    return isLeaf ? signRaw(key, message) : suite.signature.sign(none, message);
  };
  return { ...suite, signature: { ...suite.signature, sign } };
}

describe('a commit of a member', () => {
  it('cannot give its leaf another identity', async () => {
    const [alice, mallory] = await withMallory();
    const message = await commitWith(withOwnLeaf(mallory, { identity: utf8('bob') }), []);
    await failsWith('commit_invalid', alice.engine.process(alice.group, bytesOf(message), everyone));
    await expectTakenByLibrary(alice, message, mallory.suite);
  });

  it('cannot give its leaf another signature key', async () => {
    const [alice, mallory] = await withMallory();
    const key = await signingKeyFromSeed(systemRandom(32));
    const message = await commitWith(withOwnLeaf(mallory, { key }), []);
    await failsWith('commit_invalid', alice.engine.process(alice.group, bytesOf(message), everyone));
    await expectTakenByLibrary(alice, message, mallory.suite);
  });

  it('cannot carry proposals that are not known here', async () => {
    const [alice, mallory] = await withMallory();
    const custom = { proposalType: 0xf123, proposalData: encodeCbor(['whatever']) };
    const message = await commitWith(mallory, [custom]);
    await failsWith('commit_invalid', alice.engine.process(alice.group, bytesOf(message), everyone));
  });

  it('cannot change what the group is for', async () => {
    const [alice, mallory] = await withMallory();
    const [required] = mallory.state.groupContext.extensions;
    if (required === undefined) throw new TypeError('no extensions');
    const extensions = [required, { extensionType: 0xf071, extensionData: utf8('another context') }];
    const message = await commitWith(mallory, [
      { proposalType: 'group_context_extensions', groupContextExtensions: { extensions } },
    ]);
    await failsWith('commit_invalid', alice.engine.process(alice.group, bytesOf(message), everyone));
    await expectTakenByLibrary(alice, message, mallory.suite);
  });

  it('cannot bring in a second leaf with a key that a member has', async () => {
    const [alice, mallory] = await withMallory();
    const second = await makeKeyPackage(
      utf8('mallory 2'),
      false,
      NO_LIMIT,
      mallory.signingKey,
      mallory.suite,
    );
    const permissive = {
      ...CONFIG,
      keyPackageEqualityConfig: { compareKeyPackages: () => false, compareKeyPackageToLeafNode: () => false },
    };
    const careless = { ...mallory, state: { ...mallory.state, clientConfig: permissive } };
    const message = await commitWith(careless, [
      { proposalType: 'add', add: { keyPackage: second.keyPackage } },
    ]);
    await failsWith('commit_invalid', alice.engine.process(alice.group, bytesOf(message), everyone));
  });

  it('[M8] that was refused leaves the epoch open for the next one', async () => {
    const [alice, mallory] = await withMallory();
    const bad = await commitWith(withOwnLeaf(mallory, { identity: utf8('bob') }), []);
    await failsWith('commit_invalid', alice.engine.process(alice.group, bytesOf(bad), everyone));
    await follow(alice, bytesOf(await commitWith(mallory, [])));
    expect(alice.group.epoch).toBe(2);
  });
});

describe('a commit from outside [M9]', () => {
  it('cannot take the place of another device', async () => {
    const [alice, mallory] = await withMallory();
    const bob = await newKeyPackage(await newEngine(), 'bob');
    const made = await alice.engine.commit(alice.group, { add: [bob.publicBytes], authenticate: everyone });
    alice.group = await alice.engine.adopt(alice.group, made.pending);
    const groupInfo = readMessageOf('mls_group_info', made.groupInfo)?.groupInfo;
    if (groupInfo === undefined) throw new TypeError('no group info');

    const outsiderKey = await signingKeyFromSeed(systemRandom(32));
    const outsider = await makeSuite(systemRandom, outsiderKey);
    const own = await makeKeyPackage(utf8('eve'), false, NO_LIMIT, outsiderKey, outsider);
    const insteadOfBob = {
      ...CONFIG,
      keyPackageEqualityConfig: {
        ...CONFIG.keyPackageEqualityConfig,
        compareKeyPackageToLeafNode: (_: unknown, { credential }: LeafNode) =>
          credential.credentialType === 'basic' && fromUtf8(credential.identity) === 'bob',
      },
    };
    const { publicMessage } = await joinGroupExternal(
      groupInfo,
      own.keyPackage,
      own.secrets,
      true,
      outsider,
      undefined,
      insteadOfBob,
    );
    await failsWith('commit_invalid', alice.engine.process(alice.group, bytesOf(publicMessage), everyone));
    await expectTakenByLibrary(alice, publicMessage, mallory.suite);
  });
});

describe('why a commit may not leave its maker alone', () => {
  it('ts-mls gives its path no secret, so that the removed one computes the next epoch', async () => {
    const [alice, mallory] = await withMallory();
    const suite = await makeSuite(systemRandom, await signingKeyFromSeed(systemRandom(32)));
    const remaining = { ...stateOf(alice) };
    const theirs = { state: remaining, cipherSuite: { ...suite, signature: mallory.suite.signature } };
    const { newState } = await createCommit(theirs, {
      extraProposals: [{ proposalType: 'remove', remove: { removed: 1 } }],
      wireAsPublicMessage: true,
    });
    const noSecret = new Uint8Array(64);
    const { initSecret } = mallory.state.keySchedule;
    const guessed = await initializeEpoch(initSecret, noSecret, newState.groupContext, noSecret, suite.kdf);
    expect(guessed.keySchedule.epochAuthenticator).toEqual(newState.keySchedule.epochAuthenticator);
    await failsWith(
      'commit_invalid',
      alice.engine.commit(alice.group, { remove: [1], authenticate: everyone }),
    );
  });
});
