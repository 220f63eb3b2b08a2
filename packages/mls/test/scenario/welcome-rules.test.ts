/** RFC 9420, section 12.4.3.1: each rule for who joins by a Welcome, broken by a member who signs properly. */
import { beforeAll, describe, expect, test } from 'vitest';
import { EMPTY, equalBytes } from '../../src/bytes.ts';
import { encode } from '../../src/codec/codec.ts';
import { derivePath } from '../../src/group/path-secrets.ts';
import {
  type ActiveGroup,
  type AuthenticationRequest,
  basicCredential,
  createCommit,
  externalSendersCodec,
  joinGroup,
  type KeyPackageBundle,
  type LeafNode,
  type MlsErrorCode,
  ProposalType,
} from '../../src/index.ts';
import { newParents, pathSteps } from '../../src/public/path.ts';
import type { RatchetTree } from '../../src/tree/ratchet-tree.ts';
import { flipLast, resignKeyPackage, resignLeaf, suiteOf } from '../kit/forge.ts';
import { forgeWelcome, type WelcomeForgery } from '../kit/forge-welcome.ts';
import { at, groupOf, keyPackageFor, merged, type Person, person, utf8 } from '../kit/seeded.ts';

/** Leaf 0 founded the group, leaf 1 is the newcomer, leaf 2 somebody else; every parent is blank. */
let founder: Person;
let guest: Person;
let other: Person;
let bundle: KeyPackageBundle;
let others: KeyPackageBundle;
let state: ActiveGroup;

beforeAll(async () => {
  [founder, guest, other] = [await person('founder'), await person('guest'), await person('other')];
  [bundle, others] = [await keyPackageFor(guest), await keyPackageFor(other)];
  const proposals = [bundle, others].map(({ keyPackage }) => ({
    proposalType: ProposalType.add,
    keyPackage,
  }));
  state = merged(await createCommit(founder.env, await groupOf(founder), { proposals }));
});

const founderLeaf = (): LeafNode => at([...state.group.tree.members()], 0).leaf;

/** The leaf of a key package with changes, signed again. */
async function changedLeaf(
  { keyPackage, signaturePrivateKey }: KeyPackageBundle,
  changes: Parameters<typeof resignKeyPackage>[5],
  key: Uint8Array = signaturePrivateKey,
): Promise<LeafNode> {
  return (await resignKeyPackage(founder.env, state, keyPackage, key, {}, changes)).leafNode;
}

/** The tree with the leaf of the third member changed, signed again. */
async function withOther(
  changes: Parameters<typeof resignKeyPackage>[5],
  key?: Uint8Array,
): Promise<{ readonly tree: RatchetTree }> {
  return { tree: state.group.tree.update(2, await changedLeaf(others, changes, key)) };
}

/** The tree with a path of the founder that has these keys, bottom up, and that its leaf vouches for. */
async function withParents(keys: readonly Uint8Array[]): Promise<RatchetTree> {
  const { tree } = state.group;
  const levels = tree.filteredPath(0);
  const { parents, leafParentHash } = newParents(suiteOf(founder.env, state), tree, 0, levels, keys);
  const origin = { leafNodeSource: 3, parentHash: leafParentHash } as const;
  const { privateKey } = founder.identity.signatureKeyPair;
  const leaf = await resignLeaf(founder.env, state, founderLeaf(), { origin }, 0, privateKey);
  return tree.withPath(0, leaf, parents);
}

/** The tree with a path of the founder, and the secret of its lowest node. */
async function withPath(): Promise<{ readonly tree: RatchetTree; readonly pathSecret: Uint8Array }> {
  const pathSecret = utf8('the secret of the lowest node');
  const steps = pathSteps(state.group.tree, 0, new Set());
  const { nodes } = await derivePath(suiteOf(founder.env, state), pathSecret, steps);
  return { tree: await withParents(nodes.map(({ publicKey }) => publicKey)), pathSecret };
}

const fresh = (): Uint8Array => founder.env.random(32);

const RULES: readonly (readonly [string, MlsErrorCode, () => WelcomeForgery | Promise<WelcomeForgery>])[] = [
  ['a confirmation tag that is not right', 'bad-confirmation-tag', () => ({ tag: flipLast })],
  [
    'a path secret that does not yield the announced keys',
    'path-key-mismatch',
    async () => {
      const { tree, pathSecret } = await withPath();
      return { tree, pathSecret: flipLast(pathSecret) };
    },
  ],
  [
    'a path secret where the tree has no path',
    'path-key-mismatch',
    async () => ({ pathSecret: (await withPath()).pathSecret }),
  ],
  [
    'another version than that of the key package',
    'key-package-version',
    () => ({ context: { version: 2 } }),
  ],
  ['another suite than that of the key package', 'welcome-suite', () => ({ context: { cipherSuite: 3 } })],
  [
    'another own leaf than that of the key package',
    'own-leaf-missing',
    async () => {
      const leaf = await changedLeaf(bundle, { extensions: [{ extensionType: 1, extensionData: EMPTY }] });
      return { tree: state.group.tree.update(1, leaf) };
    },
  ],
  [
    'two leaves with one encryption key',
    'duplicate-encryption-key',
    () => withOther({ encryptionKey: founderLeaf().encryptionKey }),
  ],
  [
    'a parent with the encryption key of a leaf',
    'duplicate-encryption-key',
    async () => ({ tree: await withParents([others.keyPackage.leafNode.encryptionKey, fresh()]) }),
  ],
  [
    'two leaves with one signature key',
    'duplicate-signature-key',
    () => {
      const { publicKey, privateKey } = founder.identity.signatureKeyPair;
      return withOther({ signatureKey: publicKey }, privateKey);
    },
  ],
  [
    'a leaf with an extension that its capabilities do not list',
    'leaf-extension-not-in-capabilities',
    () => withOther({ extensions: [{ extensionType: 0xf0a1, extensionData: EMPTY }] }),
  ],
  [
    'a leaf whose type of credential the others do not support',
    'leaf-credential-unsupported-by-member',
    () => withOther({ credential: { credentialType: 0xf0b0, data: EMPTY } }),
  ],
  [
    'a leaf that is not signed',
    'leaf-signature',
    () => {
      const { leafNode } = others.keyPackage;
      const signature = flipLast(leafNode.signature);
      return { tree: state.group.tree.update(2, { ...leafNode, signature }) };
    },
  ],
  [
    'an external sender whose key is of small order',
    'external-senders-invalid',
    () => {
      const senders = [{ credential: basicCredential(EMPTY), signatureKey: new Uint8Array(32) }];
      const extensionData = encode(externalSendersCodec, senders);
      return { context: { extensions: [{ extensionType: 5, extensionData }] } };
    },
  ],
  [
    'another tree hash than that of the tree',
    'tree-hash-mismatch',
    () => ({ context: { treeHash: new Uint8Array(32) } }),
  ],
  [
    'a parent with a key of small order',
    'weak-encryption-key',
    async () => ({ tree: await withParents([new Uint8Array(32), fresh()]) }),
  ],
];

describe('a Welcome is refused with', () => {
  test.each(RULES)('%s (%s)', async (_title, code, make) => {
    const welcome = await forgeWelcome(founder.env, state, bundle.keyPackage, await make());
    await expect(joinGroup(guest.env, { welcome, keyPackage: bundle })).rejects.toMatchObject({ code });
  });

  test('a path secret, although the newcomer itself signed it (path-key-mismatch)', async () => {
    const { signaturePrivateKey } = bundle;
    const own = { ...state, ownLeaf: 1, signaturePrivateKey };
    const welcome = await forgeWelcome(founder.env, own, bundle.keyPackage, await withPath());
    await expect(joinGroup(guest.env, { welcome, keyPackage: bundle })).rejects.toMatchObject({
      code: 'path-key-mismatch',
    });
  });
});

describe('a Welcome is refused', () => {
  const joining = async (inviter: ActiveGroup, env = guest.env) => {
    const welcome = await forgeWelcome(founder.env, inviter, bundle.keyPackage);
    return joinGroup(env, { welcome, keyPackage: bundle });
  };

  test('that another signed than the member it names (group-info-signature)', async () => {
    const { signaturePrivateKey } = others;
    await expect(joining({ ...state, signaturePrivateKey })).rejects.toMatchObject({
      code: 'group-info-signature',
    });
  });

  test('that names nobody (unknown-sender)', async () => {
    await expect(joining({ ...state, ownLeaf: 3 })).rejects.toMatchObject({ code: 'unknown-sender' });
  });

  test('when the authentication service refuses a member (not-authorized)', async () => {
    const { signatureKey } = others.keyPackage.leafNode;
    const authentication = {
      authenticate: (request: AuthenticationRequest) => !equalBytes(request.signatureKey, signatureKey),
    };
    const strict = { ...guest.env, authentication };
    await expect(joining(state, strict)).rejects.toMatchObject({ code: 'not-authorized' });
  });
});

test('the same forgery with nothing broken is joined by, with and without a path', async () => {
  for (const forgery of [{}, await withPath(), { tree: await withParents([fresh(), fresh()]) }]) {
    const welcome = await forgeWelcome(founder.env, state, bundle.keyPackage, forgery);
    const joined = await joinGroup(guest.env, { welcome, keyPackage: bundle });
    expect(joined.ownLeaf).toBe(1);
  }
});
