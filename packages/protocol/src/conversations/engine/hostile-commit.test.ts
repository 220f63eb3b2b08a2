/**
 * Commits that a hostile member makes with a client of its own: `@sotto/mls` without our rules. Each control shows that
 * the library alone, which knows only the standard, takes the commit, so that its refusal here is the work of our check.
 */
import { equalBytes, fromUtf8, utf8 } from '@sotto/crypto';
import {
  type ActiveGroup,
  type AuthenticationService,
  basicCredential,
  type CommitOptions,
  createCommit,
  createProposal,
  type Environment,
  ExtensionType,
  encodeMessage,
  exportGroupInfo,
  generateKeyPackage,
  type Identity,
  joinByExternalCommit,
  joinGroup,
  type KeyPackageBundle,
  type MlsError,
  ProposalType,
  processMessage,
  WireFormat,
} from '@sotto/mls';
import { nodeProvider } from '@sotto/mls/node';
import { describe, expect, it } from 'vitest';
import { CONTEXT_EXTENSION, LAST_RESORT_EXTENSION, MLS_SUITE } from '../mls-engine.ts';
import { GroupHandle } from './handle.ts';
import { type Device, everyone, failsWith, follow, founder, invite } from './test/devices.ts';

const LIFETIME = { notBefore: 0n, notAfter: 4_000_000_000n };
const accepting: AuthenticationService = { authenticate: () => true };
const env: Environment = {
  provider: nodeProvider,
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  now: () => 1_800_000_000n,
  authentication: accepting,
  psks: () => new Uint8Array(32),
};

/** A member whose state and key the test can reach. */
interface Mallory {
  readonly identity: Identity;
  readonly state: ActiveGroup;
}

async function newIdentity(name: string): Promise<Identity> {
  const suite = nodeProvider.suite(MLS_SUITE);
  if (suite === undefined) throw new TypeError('no suite');
  return {
    credential: basicCredential(utf8(name)),
    signatureKeyPair: await suite.generateSignatureKeyPair(env.random),
    capabilities: {
      cipherSuites: [MLS_SUITE],
      extensions: [CONTEXT_EXTENSION, LAST_RESORT_EXTENSION],
      credentials: [1],
    },
  };
}

function newKeyPackage(identity: Identity): Promise<KeyPackageBundle> {
  return generateKeyPackage(env, { ...identity, cipherSuite: MLS_SUITE, lifetime: LIFETIME });
}

/** Alice and Mallory in a group. */
async function withMallory(): Promise<[Device, Mallory]> {
  const alice = await founder('alice');
  const identity = await newIdentity('mallory');
  const keyPackage = await newKeyPackage(identity);
  const publicBytes = encodeMessage({
    wireFormat: WireFormat.keyPackage,
    keyPackage: keyPackage.keyPackage,
  });
  const made = await alice.engine.commit(alice.group, { add: [publicBytes], authenticate: everyone });
  alice.group = await alice.engine.adopt(alice.group, made.pending);
  const state = await joinGroup(env, { welcome: made.welcome ?? new Uint8Array(), keyPackage });
  return [alice, { identity, state }];
}

async function commitWith({ state }: Mallory, options: CommitOptions): Promise<Uint8Array> {
  return (await createCommit(env, state, { forcePath: true, ...options })).commit;
}

/** The control: the library alone takes the commit. */
async function expectTakenByLibrary({ group }: Device, commit: Uint8Array): Promise<void> {
  if (!(group instanceof GroupHandle)) throw new TypeError('another engine');
  const received = await processMessage(env, group.state, commit);
  expect(received.kind === 'commit' && received.staged.epoch).toBe(BigInt(group.epoch + 1));
}

describe('a commit of a member', () => {
  it('cannot give its leaf another signature key, whatever the caller says of leaves', async () => {
    const [alice, mallory] = await withMallory();
    const { signatureKeyPair } = await newIdentity('mallory');
    const commit = await commitWith(mallory, { identity: { signatureKeyPair } });
    await failsWith('commit_invalid', alice.engine.process(alice.group, commit, everyone));
    await expectTakenByLibrary(alice, commit);
  });

  it('gives its leaf another identity only where the caller says so, who sees both', async () => {
    const [alice, mallory] = await withMallory();
    const commit = await commitWith(mallory, { identity: { credential: basicCredential(utf8('bob')) } });
    const asked: string[][] = [];
    const judging = alice.engine.process(alice.group, commit, ({ identity }, _, previous) => {
      asked.push([fromUtf8(previous?.identity ?? utf8('nobody')) ?? '', fromUtf8(identity) ?? '']);
      return previous !== null && equalBytes(previous.identity, identity);
    });
    await failsWith('leaf_refused', judging);
    expect(asked).toEqual([['mallory', 'bob']]);
    // Control: under a check that accepts all, it is taken.
    await follow(alice, commit);
    expect(alice.engine.members(alice.group).map(({ identity }) => fromUtf8(identity))).toEqual([
      'alice',
      'bob',
    ]);
  });

  it('cannot change what the group is for', async () => {
    const [alice, mallory] = await withMallory();
    const extensions = mallory.state.group.context.extensions.map((extension) =>
      extension.extensionType === CONTEXT_EXTENSION
        ? { ...extension, extensionData: utf8('another context') }
        : extension,
    );
    expect(extensions.map(({ extensionType }) => extensionType)).toEqual([
      ExtensionType.requiredCapabilities,
      CONTEXT_EXTENSION,
    ]);
    const commit = await commitWith(mallory, {
      proposals: [{ proposalType: ProposalType.groupContextExtensions, extensions }],
    });
    await failsWith('commit_invalid', alice.engine.process(alice.group, commit, everyone));
    await expectTakenByLibrary(alice, commit);
  });

  it('cannot leave its keys as they are', async () => {
    const [alice, mallory] = await withMallory();
    const { keyPackage } = await newKeyPackage(await newIdentity('carol'));
    const commit = await commitWith(mallory, {
      forcePath: false,
      proposals: [{ proposalType: ProposalType.add, keyPackage }],
    });
    await failsWith('commit_invalid', alice.engine.process(alice.group, commit, everyone));
    await expectTakenByLibrary(alice, commit);
  });

  it('cannot replace the group, refer to proposals, or be hidden from who has no key', async () => {
    const [alice, mallory] = await withMallory();
    const reinit = await commitWith(mallory, {
      proposals: [
        {
          proposalType: ProposalType.reinit,
          groupId: utf8('another group'),
          version: 1,
          cipherSuite: MLS_SUITE,
          extensions: [],
        },
      ],
      forcePath: true,
    });
    await failsWith('commit_invalid', alice.engine.process(alice.group, reinit, everyone));
    await expectTakenByLibrary(alice, reinit);

    const proposal = await createProposal(env, mallory.state, {
      proposalType: ProposalType.remove,
      removed: 0,
    });
    await failsWith('message_unreadable', alice.engine.process(alice.group, proposal.bytes, everyone));
    const referring = await commitWith({ ...mallory, state: proposal.state }, {});
    await failsWith('commit_invalid', alice.engine.process(alice.group, referring, everyone));

    const hidden = await commitWith(mallory, { format: 'private' });
    await failsWith('message_unreadable', alice.engine.process(alice.group, hidden, everyone));
    await expectTakenByLibrary(alice, hidden);
  });

  it('[M8] that was refused leaves the epoch open for the next one', async () => {
    const [alice, mallory] = await withMallory();
    const { signatureKeyPair } = await newIdentity('mallory');
    const bad = await commitWith(mallory, { identity: { signatureKeyPair } });
    await failsWith('commit_invalid', alice.engine.process(alice.group, bad, everyone));
    await follow(alice, await commitWith(mallory, {}));
    expect(alice.group.epoch).toBe(2);
  });
});

describe('a commit from outside [M9]', () => {
  it('cannot take the place of another device', async () => {
    const [alice, mallory] = await withMallory();
    const groupInfo = await exportGroupInfo(env, mallory.state);
    const eve = await newIdentity('eve');
    const { commit } = await joinByExternalCommit(env, {
      ...eve,
      groupInfo,
      isFormerLeaf: ({ leafIndex }) => leafIndex === 1,
    });
    await failsWith('commit_invalid', alice.engine.process(alice.group, commit, everyone));
    await expectTakenByLibrary(alice, commit);
  });

  it('cannot bring in a second leaf of a device that is a member', async () => {
    const [alice, mallory] = await withMallory();
    const groupInfo = await exportGroupInfo(env, mallory.state);
    const refusal = await joinByExternalCommit(env, { ...mallory.identity, groupInfo }).then(
      () => undefined,
      (error: MlsError) => error.code,
    );
    expect(refusal).toBe('duplicate-signature-key');
    // Control: in place of the former leaf, it is let in.
    const { commit } = await joinByExternalCommit(env, {
      ...mallory.identity,
      groupInfo,
      isFormerLeaf: ({ leafIndex }) => leafIndex === 1,
    });
    await follow(alice, commit);
  });
});

describe('a member that removes all others', () => {
  it('[M10] leaves them without the next epoch', async () => {
    const alice = await founder('alice');
    const bob = await invite(alice, [], 'bob');
    const before = bob.group;
    const made = await alice.engine.commit(alice.group, { remove: [1], authenticate: everyone });
    alice.group = await alice.engine.adopt(alice.group, made.pending);
    await follow(bob, made.commit);
    const { message } = await alice.engine.encrypt(alice.group, utf8('alone'));
    await failsWith('not_a_member', bob.engine.process(bob.group, message, everyone));
    expect(before.epoch).toBe(1);
    expect(bob.group.active).toBe(false);
  });
});
