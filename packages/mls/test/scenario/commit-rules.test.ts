/** RFC 9420, sections 6, 7.3, 12.1, 12.2 and 12.4: each rule broken by a member who signs properly. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createCommit,
  createProposal,
  encodeState,
  type KeyPackage,
  type MlsErrorCode,
  type Proposal,
  ProposalType,
  processMessage,
} from '../../src/index.ts';
import type { Content } from '../../src/messages/framed-content.ts';
import type { PreSharedKeyId } from '../../src/messages/pre-shared-key-id.ts';
import {
  commitOf,
  type Forgery,
  flipLast,
  forge,
  openCommit,
  resignKeyPackage,
  resignLeaf,
} from '../kit/forge.ts';
import {
  at,
  type Everyone,
  group,
  keyPackageFor,
  LIFETIME,
  type Person,
  person,
  utf8,
} from '../kit/seeded.ts';

let everyone: Everyone;
let newcomer: Person;
let added: KeyPackage;
let path: ReturnType<typeof openCommit>['path'];

beforeAll(async () => {
  everyone = await group(4);
  newcomer = await person('newcomer');
  added = (await keyPackageFor(newcomer)).keyPackage;
  const { env } = at(everyone.people, 1);
  path = openCommit((await createCommit(env, at(everyone.states, 1), {})).commit).path;
});

const add = (keyPackage: KeyPackage): Proposal => ({ proposalType: ProposalType.add, keyPackage });
const remove = (removed: number): Proposal => ({ proposalType: ProposalType.remove, removed });
const psk = (changes: Partial<Extract<PreSharedKeyId, { pskType: 1 }>> = {}): Proposal => ({
  proposalType: ProposalType.psk,
  psk: { pskType: 1, pskId: utf8('id'), pskNonce: new Uint8Array(32), ...changes },
});
const extensions = (...types: readonly number[]): Proposal => ({
  proposalType: ProposalType.groupContextExtensions,
  extensions: types.map((extensionType) => ({ extensionType, extensionData: utf8('') })),
});
const reinit: Proposal = {
  proposalType: ProposalType.reinit,
  groupId: utf8('new'),
  version: 1,
  cipherSuite: 1,
  extensions: [],
};
const externalInit: Proposal = { proposalType: ProposalType.externalInit, kemOutput: new Uint8Array(32) };

async function changedPackage(
  changes: Partial<KeyPackage>,
  leaf: Parameters<typeof resignKeyPackage>[5] = {},
): Promise<Proposal> {
  const { env } = at(everyone.people, 1);
  const key = newcomer.identity.signatureKeyPair.privateKey;
  return add(await resignKeyPackage(env, at(everyone.states, 1), added, key, changes, leaf));
}

async function leafOf(index: number): Promise<KeyPackage['leafNode']> {
  const leaf = at(everyone.states, 0).group.tree.leaf(index);
  if (leaf === undefined) throw new Error('blank');
  return leaf;
}

function withPath(change: (value: NonNullable<typeof path>) => NonNullable<typeof path>): Content {
  if (path === undefined) throw new Error('no path');
  return commitOf([], change(path));
}

async function pathLeaf(changes: Parameters<typeof resignLeaf>[3]): Promise<Content> {
  if (path === undefined) throw new Error('no path');
  const state = at(everyone.states, 1);
  const { env } = at(everyone.people, 1);
  const leafNode = await resignLeaf(env, state, path.leafNode, changes, 1, state.signaturePrivateKey);
  return commitOf([], { ...path, leafNode });
}

/** Requires extension type 0xf0a0 of everyone. */
const required: Proposal = {
  proposalType: ProposalType.groupContextExtensions,
  extensions: [{ extensionType: 3, extensionData: Uint8Array.of(2, 0xf0, 0xa0, 0, 0) }],
};

/** The proposal in a commit whose own leaf supports extension type 0xf0a0. */
async function withExtension(proposal: Proposal): Promise<Forgery> {
  const capabilities = { ...(await leafOf(1)).capabilities, extensions: [0xf0a0] };
  const { commit: inner } = (await pathLeaf({ capabilities })) as Extract<Content, { contentType: 3 }>;
  return { content: commitOf([proposal], inner.path) };
}

type Break = () => Forgery | Promise<Forgery>;
const commit =
  (...proposals: readonly (() => Proposal | Promise<Proposal>)[]): Break =>
  async () => ({ content: commitOf(await Promise.all(proposals.map((make) => make()))) });
const whole =
  (make: () => Content | Promise<Content>): Break =>
  async () => ({ content: await make() });

const RULES: readonly (readonly [string, MlsErrorCode, Break])[] = [
  ['another group', 'wrong-group', () => ({ content: commitOf([psk()]), groupId: utf8('other') })],
  ['another epoch', 'wrong-epoch', () => ({ content: commitOf([psk()]), epoch: 9n })],
  [
    'a sender that is no leaf',
    'unknown-sender',
    () => ({ content: commitOf([psk()]), sender: { senderType: 'member', leafIndex: 9 } }),
  ],
  ['a wrong signature', 'bad-signature', () => ({ content: commitOf([psk()]), signature: flipLast })],
  ['a wrong membership tag', 'bad-membership-tag', () => ({ content: commitOf([psk()]), tag: flipLast })],
  [
    'application data in the open',
    'application-not-private',
    () => ({ content: { contentType: 1, applicationData: utf8('x') } }),
  ],
  [
    'an external sender that commits',
    'sender-type-not-allowed',
    () => ({ content: commitOf([psk()]), sender: { senderType: 'external', senderIndex: 0 } }),
  ],
  [
    'an external sender that is not listed',
    'external-sender-unknown',
    () => ({
      content: { contentType: 2, proposal: remove(2) },
      sender: { senderType: 'external', senderIndex: 0 },
    }),
  ],
  [
    'a newcomer that proposes a removal',
    'proposal-type-not-allowed',
    () => ({
      content: { contentType: 2, proposal: remove(2) },
      sender: { senderType: 'new_member_proposal' },
    }),
  ],
  [
    'an external commit without a path',
    'external-commit-no-path',
    () => ({ content: commitOf([externalInit]), sender: { senderType: 'new_member_commit' } }),
  ],
  ['an empty commit without a path', 'path-required', commit()],
  ['a removal without a path', 'path-required', commit(() => remove(2))],
  ['new extensions without a path', 'path-required', commit(() => extensions())],
  ['a confirmation tag that is not right', 'bad-confirmation-tag', whole(() => withPath((value) => value))],
  ['a removal of the committer', 'remove-committer', commit(() => remove(1))],
  ['a removal of a blank leaf', 'remove-of-blank-leaf', commit(() => remove(7))],
  [
    'two removals of one leaf',
    'multiple-changes-of-leaf',
    commit(
      () => remove(2),
      () => remove(2),
    ),
  ],
  [
    'an update of the committer',
    'update-by-committer',
    commit(async () => ({ proposalType: ProposalType.update, leafNode: await leafOf(1) })),
  ],
  ['an external init by a member', 'external-init-by-member', commit(() => externalInit)],
  [
    'two additions of one client',
    'duplicate-add',
    commit(
      () => add(added),
      () => add(added),
    ),
  ],
  [
    'an addition of a member',
    'already-member',
    commit(async () => {
      const { keyPackage } = await keyPackageFor(at(everyone.people, 2));
      return add(keyPackage);
    }),
  ],
  [
    'one pre-shared key twice',
    'duplicate-psk',
    commit(
      () => psk(),
      () => psk(),
    ),
  ],
  ['a short nonce', 'psk-nonce-length', commit(() => psk({ pskNonce: new Uint8Array(31) }))],
  ['an unknown pre-shared key', 'psk-unknown', commit(() => psk())],
  [
    'a resumption key of another purpose',
    'psk-usage',
    commit(() => ({
      proposalType: ProposalType.psk,
      psk: { pskType: 2, usage: 2, pskGroupId: utf8('group'), pskEpoch: 1n, pskNonce: new Uint8Array(32) },
    })),
  ],
  [
    'two replacements of the extensions',
    'multiple-group-context-extensions',
    commit(
      () => extensions(),
      () => extensions(),
    ),
  ],
  ['an extension type twice', 'duplicate-extension', commit(() => extensions(0xf0a0, 0xf0a0))],
  [
    'malformed required capabilities',
    'malformed-extension',
    async () => ({ content: commitOf([extensions(3)], path) }),
  ],
  [
    'required capabilities that the committer lacks',
    'leaf-required-capabilities',
    async () => ({ content: commitOf([required], path) }),
  ],
  [
    'required capabilities that other members lack',
    'required-capabilities-unsupported',
    async () => withExtension(required),
  ],
  [
    'an extension that the committer lacks',
    'leaf-group-extension-unsupported',
    async () => ({ content: commitOf([extensions(0xf0a0)], path) }),
  ],
  [
    'an extension that other members lack',
    'group-extension-unsupported',
    async () => withExtension(extensions(0xf0a0)),
  ],
  [
    'a reinitialisation with company',
    'reinit-not-alone',
    commit(
      () => reinit,
      () => psk(),
    ),
  ],
  [
    'a reinitialisation to an older version',
    'reinit-version-downgrade',
    commit(() => ({ ...reinit, version: 0 })),
  ],
  [
    'a reference that nobody knows',
    'proposal-unknown',
    whole(() => ({
      contentType: 3,
      commit: { proposals: [{ reference: new Uint8Array(32) }], path: undefined },
    })),
  ],

  ['a key package of another version', 'key-package-version', commit(() => changedPackage({ version: 2 }))],
  ['a key package of another suite', 'key-package-suite', commit(() => changedPackage({ cipherSuite: 3 }))],
  [
    'a key package with one key for two purposes',
    'key-package-init-key',
    commit(() => changedPackage({ initKey: added.leafNode.encryptionKey })),
  ],
  [
    'a key package with a wrong signature',
    'key-package-signature',
    commit(() => add({ ...added, signature: flipLast(added.signature) })),
  ],
  [
    'a leaf with a wrong signature',
    'leaf-signature',
    commit(() =>
      changedPackage({ leafNode: { ...added.leafNode, signature: flipLast(added.leafNode.signature) } }),
    ),
  ],
  [
    'a leaf of the wrong source',
    'leaf-source',
    commit(() => changedPackage({}, { origin: { leafNodeSource: 2 } })),
  ],
  [
    'a leaf from the future',
    'leaf-lifetime',
    commit(() =>
      changedPackage(
        {},
        { origin: { leafNodeSource: 1, lifetime: { notBefore: 2_000_000_000n, notAfter: 3_000_000_000n } } },
      ),
    ),
  ],
  [
    'a leaf that has expired',
    'leaf-lifetime',
    commit(() =>
      changedPackage({}, { origin: { leafNodeSource: 1, lifetime: { ...LIFETIME, notAfter: 5n } } }),
    ),
  ],
  [
    'a leaf extension that is not in its capabilities',
    'leaf-extension-not-in-capabilities',
    commit(() => changedPackage({}, { extensions: [{ extensionType: 0xf0a1, extensionData: utf8('') }] })),
  ],
  [
    'a leaf with one extension twice',
    'duplicate-extension',
    commit(() =>
      changedPackage(
        {},
        { extensions: [1, 1].map((extensionType) => ({ extensionType, extensionData: utf8('') })) },
      ),
    ),
  ],
  [
    'a credential type that members lack',
    'leaf-credential-unsupported-by-member',
    commit(() => changedPackage({}, { credential: { credentialType: 0xf0b0, data: utf8('x') } })),
  ],
  [
    'a leaf that lacks a credential type in use',
    'leaf-credential-unsupported-by-member',
    commit(() => changedPackage({}, { capabilities: { ...added.leafNode.capabilities, credentials: [2] } })),
  ],
  [
    'an encryption key that a member has',
    'duplicate-encryption-key',
    commit(async () => changedPackage({}, { encryptionKey: (await leafOf(2)).encryptionKey })),
  ],
  [
    'an X.509 credential without certificate',
    'x509-empty-chain',
    commit(() => changedPackage({}, { credential: { credentialType: 2, certificates: [] } })),
  ],
  [
    'an X.509 credential for another key',
    'x509-key-mismatch',
    commit(() => changedPackage({}, { credential: { credentialType: 2, certificates: [utf8('junk')] } })),
  ],

  [
    'a path that is too short',
    'path-length',
    whole(() => withPath((value) => ({ ...value, nodes: value.nodes.slice(1) }))),
  ],
  [
    'a path node for too few',
    'path-ciphertext-count',
    whole(() =>
      withPath((value) => ({
        ...value,
        nodes: value.nodes.map((node, i) => (i === 0 ? { ...node, encryptedPathSecret: [] } : node)),
      })),
    ),
  ],
  [
    'a path with one key twice',
    'path-key-reused',
    whole(() =>
      withPath((value) => ({
        ...value,
        nodes: value.nodes.map((node) => ({ ...node, encryptionKey: at(value.nodes, 0).encryptionKey })),
      })),
    ),
  ],
  [
    'a path key that is in the tree',
    'path-key-reused',
    whole(async () => {
      const { encryptionKey } = await leafOf(3);
      return withPath((value) => ({
        ...value,
        nodes: value.nodes.map((node, i) => (i === 0 ? { ...node, encryptionKey } : node)),
      }));
    }),
  ],
  [
    'a leaf that keeps its encryption key',
    'path-key-reused',
    whole(async () => pathLeaf({ encryptionKey: (await leafOf(1)).encryptionKey })),
  ],
  [
    'a path leaf of the wrong source',
    'leaf-source',
    whole(() => pathLeaf({ origin: { leafNodeSource: 2 } })),
  ],
  [
    'a path leaf that does not vouch for the path',
    'path-parent-hash',
    whole(() => pathLeaf({ origin: { leafNodeSource: 3, parentHash: new Uint8Array(32) } })),
  ],
  [
    'a path leaf with the signature key of another',
    'duplicate-signature-key',
    whole(async () => pathLeaf({ signatureKey: (await leafOf(2)).signatureKey })),
  ],
  [
    'a path leaf with a wrong signature',
    'leaf-signature',
    whole(() =>
      withPath((value) => ({
        ...value,
        leafNode: { ...value.leafNode, signature: flipLast(value.leafNode.signature) },
      })),
    ),
  ],
  [
    'a path secret that does not open',
    'path-undecryptable',
    whole(() =>
      withPath((value) => ({
        ...value,
        nodes: value.nodes.map((node) => ({
          ...node,
          encryptedPathSecret: node.encryptedPathSecret.map((sealed) => ({
            ...sealed,
            ciphertext: flipLast(sealed.ciphertext),
          })),
        })),
      })),
    ),
  ],
];

describe('a commit is refused, and nothing changes, for', () => {
  test.each(RULES)('%s (%s)', async (_title, code, make) => {
    const sender = at(everyone.people, 1);
    const receiver = at(everyone.people, 0);
    const state = at(everyone.states, 0);
    const before = encodeState(state);
    const bytes = await forge(sender.env, at(everyone.states, 1), await make());
    await expect(processMessage(receiver.env, state, bytes)).rejects.toMatchObject({ code });
    expect(encodeState(state)).toEqual(before);
  });
});

test('the same forgery with nothing broken is accepted as a proposal', async () => {
  const sender = at(everyone.people, 1);
  const content: Content = { contentType: 2, proposal: remove(2) };
  const bytes = await forge(sender.env, at(everyone.states, 1), { content });
  const received = await processMessage(at(everyone.people, 0).env, at(everyone.states, 0), bytes);
  expect(received.kind).toBe('proposal');
});

test('a refusal by the authentication service stops an addition, and it sees old and new credential', async () => {
  const seen: (readonly [boolean, string])[] = [];
  const [a, b] = [at(everyone.people, 0), at(everyone.people, 1)];
  const env = {
    ...a.env,
    authentication: {
      authenticate: ({ previous, role }: { readonly previous: unknown; readonly role: string }) => {
        seen.push([previous !== undefined, role]);
        return false;
      },
    },
  };
  const created = await createCommit(b.env, at(everyone.states, 1), { proposals: [add(added)] });
  await expect(processMessage(env, at(everyone.states, 0), created.commit)).rejects.toMatchObject({
    code: 'not-authorized',
  });
  const renewed = await createCommit(b.env, at(everyone.states, 1), { identity: newcomer.identity });
  await expect(processMessage(env, at(everyone.states, 0), renewed.commit)).rejects.toMatchObject({
    code: 'not-authorized',
  });
  expect(seen).toEqual([
    [false, 'member'],
    [true, 'member'],
  ]);
});

test('an own commit is merged and not processed; an own message is refused', async () => {
  const { env } = at(everyone.people, 0);
  const created = await createCommit(env, at(everyone.states, 0), {});
  await expect(processMessage(env, at(everyone.states, 0), created.commit)).rejects.toMatchObject({
    code: 'pending-own-commit',
  });
});

test('who commits verifies what is added, too', async () => {
  const { env } = at(everyone.people, 0);
  const bad = { ...added, signature: flipLast(added.signature) };
  await expect(createCommit(env, at(everyone.states, 0), { proposals: [add(bad)] })).rejects.toMatchObject({
    code: 'key-package-signature',
  });
});

test('a maximum lifetime is kept', async () => {
  const b = at(everyone.people, 1);
  const created = await createProposal(b.env, at(everyone.states, 1), add(added));
  const env = { ...at(everyone.people, 0).env, maximumLifetime: 3600n };
  await expect(processMessage(env, at(everyone.states, 0), created.bytes)).rejects.toMatchObject({
    code: 'leaf-lifetime-too-long',
  });
});
