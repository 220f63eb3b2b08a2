/** What a caller may get wrong fails with a code before anything is sent, stored or changed. */
import { describe, expect, test } from 'vitest';
import { nodeProvider } from '../../src/crypto/node/index.ts';
import {
  createCommit,
  createProposal,
  encryptApplication,
  exportSecret,
  type Proposal,
  ProposalType,
  universalProvider,
} from '../../src/index.ts';
import { at, group, groupOf, keyPackageFor, LIFETIME, person, utf8 } from '../kit/seeded.ts';

const INVALID = { name: 'MlsError', code: 'invalid-argument' };
const extensions = [{ extensionType: 70_000, extensionData: utf8('') }];
const reinit = { groupId: utf8('next'), version: 1, cipherSuite: 1, extensions: [] };

test.each<[string, Proposal]>([
  ['an extension type', { proposalType: ProposalType.reinit, ...reinit, extensions }],
  ['a protocol version', { proposalType: ProposalType.reinit, ...reinit, version: 70_000 }],
  ['a fraction of a version', { proposalType: ProposalType.reinit, ...reinit, version: 1.5 }],
  ['a cipher suite', { proposalType: ProposalType.reinit, ...reinit, cipherSuite: -1 }],
  [
    'an epoch',
    {
      proposalType: ProposalType.psk,
      psk: { pskType: 2, usage: 1, pskGroupId: utf8(''), pskEpoch: -1n, pskNonce: new Uint8Array(32) },
    },
  ],
])('%s that has no encoding is not proposed, by reference or by value', async (_title, proposal) => {
  const { people, states } = await group(1);
  const [{ env }, state] = [at(people, 0), at(states, 0)];
  await expect(createProposal(env, state, proposal)).rejects.toMatchObject(INVALID);
  await expect(createCommit(env, state, { proposals: [proposal] })).rejects.toMatchObject(INVALID);
});

test.each([-1, 0.5, Number.NaN, 70_000])('%d bytes are not exported', async (length) => {
  const { people, states } = await group(1);
  expect(() => exportSecret(at(people, 0).env, at(states, 0), 'label', utf8(''), length)).toThrow(
    expect.objectContaining(INVALID),
  );
});

test.each([-1, Number.NaN, 2 ** 40])('a message is not filled up to %d bytes', async (paddedLength) => {
  const { people, states } = await group(1);
  await expect(
    encryptApplication(at(people, 0).env, at(states, 0), utf8('x'), { paddedLength }),
  ).rejects.toMatchObject(INVALID);
});

test('a lifetime of the past that is negative makes no key package', async () => {
  const lifetime = { ...LIFETIME, notBefore: -1n };
  await expect(keyPackageFor(await person('early'), 1, { lifetime })).rejects.toMatchObject(INVALID);
});

describe('a signature key pair of the wrong length', () => {
  const CRYPTO = { name: 'MlsError', code: 'crypto-failure' };
  const suites = [1, 2, 4, 5, 6].flatMap((id) => [
    { id, by: 'node:crypto', provider: nodeProvider },
    { id, by: 'the universal provider', provider: universalProvider },
  ]);
  test.each(suites)('signs nothing in suite $id with $by', async ({ id, provider }) => {
    const owner = await person('owner', id, { provider });
    const { publicKey, privateKey } = owner.identity.signatureKeyPair;
    for (const broken of [utf8(''), new Uint8Array([...privateKey, 1])]) {
      const signatureKeyPair = { publicKey, privateKey: broken };
      await expect(keyPackageFor(owner, id, { signatureKeyPair })).rejects.toMatchObject(CRYPTO);
      await expect(groupOf(owner, id, { signatureKeyPair })).rejects.toMatchObject(CRYPTO);
    }
    const signatureKeyPair = { publicKey: publicKey.subarray(1), privateKey };
    await expect(groupOf(owner, id, { signatureKeyPair })).rejects.toMatchObject({
      code: 'weak-signature-key',
    });
  });
});
