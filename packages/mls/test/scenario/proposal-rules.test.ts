/** RFC 9420, sections 7.3, 10.1 and 12.1: what a commit may not take although it was proposed, and how it may. */
import { beforeAll, describe, expect, test } from 'vitest';
import { equalBytes } from '../../src/bytes.ts';
import {
  type AuthenticationRequest,
  createCommit,
  type KeyPackage,
  type MlsErrorCode,
  type Proposal,
  ProposalType,
  processMessage,
} from '../../src/index.ts';
import type { Update } from '../../src/messages/proposal.ts';
import { storeProposal } from '../../src/public/stage-proposal.ts';
import { commitOf, flipLast, forge, resignLeaf } from '../kit/forge.ts';
import {
  at,
  type Everyone,
  group,
  keyPackageFor,
  merged,
  person,
  receiveCommit,
  utf8,
} from '../kit/seeded.ts';

let everyone: Everyone;

beforeAll(async () => {
  everyone = await group(3);
});

/** An update of leaf 1, signed by it. */
async function update(changes: Parameters<typeof resignLeaf>[3]): Promise<Update> {
  const { env } = at(everyone.people, 1);
  const state = at(everyone.states, 1);
  const before = at([...state.group.tree.members()], 1).leaf;
  const leafNode = await resignLeaf(env, state, before, changes, 1, state.signaturePrivateKey);
  return { proposalType: ProposalType.update, leafNode };
}

const fresh = (): Uint8Array => at(everyone.people, 1).env.random(32);
const good = () => ({ encryptionKey: fresh(), origin: { leafNodeSource: 2 } }) as const;
const LIES: readonly (readonly [string, MlsErrorCode, () => Promise<Proposal>])[] = [
  [
    'says that it is from a commit',
    'leaf-source',
    () => update({ encryptionKey: fresh(), origin: { leafNodeSource: 3, parentHash: new Uint8Array(32) } }),
  ],
  ['keeps its encryption key', 'update-key-unchanged', () => update({ origin: { leafNodeSource: 2 } })],
  [
    'has an extension that its capabilities do not list',
    'leaf-extension-not-in-capabilities',
    () => update({ ...good(), extensions: [{ extensionType: 0xf0a1, extensionData: utf8('') }] }),
  ],
  [
    'is not signed',
    'leaf-signature',
    async () => {
      const { leafNode } = await update(good());
      const signature = flipLast(leafNode.signature);
      return { proposalType: ProposalType.update, leafNode: { ...leafNode, signature } };
    },
  ],
];

describe('an update whose leaf', () => {
  test.each(LIES)('%s is refused when it comes (%s)', async (_title, code, make) => {
    const content = { contentType: 2, proposal: await make() } as const;
    const bytes = await forge(at(everyone.people, 1).env, at(everyone.states, 1), { content });
    const { env } = at(everyone.people, 0);
    await expect(processMessage(env, at(everyone.states, 0), bytes)).rejects.toMatchObject({ code });
  });

  test.each(LIES)('%s is refused in a commit, should it be stored (%s)', async (_title, code, make) => {
    const state = at(everyone.states, 0);
    const sender = { senderType: 'member', leafIndex: 1 } as const;
    const stored = { reference: utf8('reference'), proposal: await make(), sender };
    const full = { ...state, group: storeProposal(state.group, stored) };
    const references = [stored.reference];
    await expect(createCommit(at(everyone.people, 0).env, full, { references })).rejects.toMatchObject({
      code,
    });
  });

  test('is as it should be is taken by both', async () => {
    const proposal = await update(good());
    const bytes = await forge(at(everyone.people, 1).env, at(everyone.states, 1), {
      content: { contentType: 2, proposal },
    });
    const { env } = at(everyone.people, 0);
    const heard = await processMessage(env, at(everyone.states, 0), bytes);
    const { updated } = (await createCommit(env, heard.state, {})).staged;
    expect(updated.map(({ leafIndex }) => leafIndex)).toContain(1);
  });
});

test('the authentication service may refuse an update and an addition, proposed or committed', async () => {
  const { env } = at(everyone.people, 0);
  const refused = { code: 'not-authorized' };
  const { keyPackage } = await keyPackageFor(await person('newcomer'));
  const changed = await update(good());
  for (const [proposal, leaf] of [
    [changed, changed.leafNode],
    [add(keyPackage), keyPackage.leafNode],
  ] as const) {
    const authenticate = ({ signatureKey }: AuthenticationRequest) =>
      !equalBytes(signatureKey, leaf.signatureKey);
    const strict = { ...env, authentication: { authenticate } };
    const bytes = await forge(at(everyone.people, 1).env, at(everyone.states, 1), {
      content: { contentType: 2, proposal },
    });
    await expect(processMessage(strict, at(everyone.states, 0), bytes)).rejects.toMatchObject(refused);
    const { state } = await processMessage(env, at(everyone.states, 0), bytes);
    const references = state.group.proposals.map(({ reference }) => reference);
    await expect(createCommit(strict, state, { references })).rejects.toMatchObject(refused);
  }
});

const add = (keyPackage: KeyPackage): Proposal => ({ proposalType: ProposalType.add, keyPackage });

test('of many signatures that are verified together the one that is wrong is found', async () => {
  const { keyPackage } = await keyPackageFor(await person('one'));
  const other = (await keyPackageFor(await person('two'))).keyPackage;
  const { env } = at(everyone.people, 0);
  const bad = { ...other, signature: flipLast(other.signature) };
  await expect(
    createCommit(env, at(everyone.states, 0), { proposals: [add(keyPackage), add(bad)] }),
  ).rejects.toMatchObject({ code: 'key-package-signature' });
});

describe('who changes its own signature key', () => {
  test('asks whether it may (not-authorized)', async () => {
    const { env } = at(everyone.people, 0);
    const { identity } = await person('renewed');
    const { publicKey } = identity.signatureKeyPair;
    const authenticate = ({ signatureKey, previous }: AuthenticationRequest) =>
      previous === undefined || !equalBytes(signatureKey, publicKey);
    const strict = { ...env, authentication: { authenticate } };
    await expect(createCommit(strict, at(everyone.states, 0), { identity })).rejects.toMatchObject({
      code: 'not-authorized',
    });
  });

  test('does not get that of another member (duplicate-signature-key)', async () => {
    const { signatureKeyPair } = at(everyone.people, 1).identity;
    await expect(
      createCommit(at(everyone.people, 0).env, at(everyone.states, 0), { identity: { signatureKeyPair } }),
    ).rejects.toMatchObject({ code: 'duplicate-signature-key' });
  });

  test('leaves out the stored addition of who has the new one', async () => {
    const state = at(everyone.states, 0);
    const { env } = at(everyone.people, 0);
    const twin = await person('twin');
    const proposal = add((await keyPackageFor(twin)).keyPackage);
    const sender = { senderType: 'member', leafIndex: 1 } as const;
    const stored = { reference: utf8('reference'), proposal, sender };
    const full = { ...state, group: storeProposal(state.group, stored) };
    const made = await createCommit(env, full, { identity: twin.identity });
    expect(made.staged.added).toEqual([]);
    const received = await receiveCommit(at(everyone.people, 2), at(everyone.states, 2), made.commit);
    expect(merged(received).group).toEqual(merged(made).group);
  });
});

const twice = [1, 1].map((extensionType) => ({ extensionType, extensionData: utf8('') }));
const reinit = {
  proposalType: ProposalType.reinit,
  groupId: utf8('new'),
  version: 1,
  cipherSuite: 1,
} as const;
const ALONE: readonly (readonly [string, MlsErrorCode, () => Proposal | Promise<Proposal>])[] = [
  [
    'a removal of a blank leaf',
    'remove-of-blank-leaf',
    () => ({ proposalType: ProposalType.remove, removed: 3 }),
  ],
  [
    'a pre-shared key with a short nonce',
    'psk-nonce-length',
    () => ({
      proposalType: ProposalType.psk,
      psk: { pskType: 1, pskId: utf8('id'), pskNonce: new Uint8Array(31) },
    }),
  ],
  [
    'a reinitialisation to an older version',
    'reinit-version-downgrade',
    () => ({ ...reinit, version: 0, extensions: [] }),
  ],
  [
    'a reinitialisation with one extension twice',
    'duplicate-extension',
    () => ({ ...reinit, extensions: twice }),
  ],
  [
    'a key package with one extension twice',
    'duplicate-extension',
    async () => add((await keyPackageFor(await person('newcomer'), 1, { extensions: twice })).keyPackage),
  ],
];

describe('refused when it is proposed, and when it is committed, is', () => {
  test.each(ALONE)('%s (%s)', async (_title, code, make) => {
    const proposal = await make();
    const { env } = at(everyone.people, 1);
    const contents = [{ contentType: 2, proposal } as const, commitOf([proposal])];
    for (const content of contents) {
      const bytes = await forge(env, at(everyone.states, 1), { content });
      const receiving = processMessage(at(everyone.people, 0).env, at(everyone.states, 0), bytes);
      await expect(receiving).rejects.toMatchObject({ code });
    }
  });
});
