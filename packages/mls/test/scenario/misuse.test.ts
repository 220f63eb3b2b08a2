/** What makes no sense where it comes, by message or by call: a typed error each time. */
import { beforeAll, expect, test } from 'vitest';
import { EMPTY } from '../../src/bytes.ts';
import { encode } from '../../src/codec/codec.ts';
import { encryptContext, encryptWithLabel } from '../../src/crypto/encrypt-with-label.ts';
import {
  createCommit,
  createProposal,
  EMPTY_SHELF,
  encodeMessage,
  exportGroupInfo,
  followFromGroupInfo,
  followMessage,
  joinGroup,
  type KeyPackageBundle,
  keyPackageRef,
  type MlsErrorCode,
  mergeCommit,
  ProposalType,
  processMessage,
  proposeUpdate,
  shelve,
  takeFor,
} from '../../src/index.ts';
import { groupSecretsCodec } from '../../src/messages/group-secrets.ts';
import { deriveWelcomeKey, deriveWelcomeSecret } from '../../src/schedule/key-schedule.ts';
import { altered } from '../kit/altered.ts';
import { flipLast, suiteOf } from '../kit/forge.ts';
import {
  at,
  type Everyone,
  group,
  keyPackageFor,
  type Person,
  person,
  receiveCommit,
  utf8,
} from '../kit/seeded.ts';

let everyone: Everyone;
let a: Person;
let b: Person;

beforeAll(async () => {
  everyone = await group(2);
  [a, b] = [at(everyone.people, 0), at(everyone.people, 1)];
});

/** An encoded key package: a good message in the wrong place. */
const misplaced = async (): Promise<Uint8Array> => {
  const { keyPackage } = await keyPackageFor(a);
  return encodeMessage({ wireFormat: 5, keyPackage });
};

test('who follows a group takes group information to begin with, and public messages then', async () => {
  const followed = await followFromGroupInfo(a.env, await exportGroupInfo(a.env, at(everyone.states, 0)));
  for (const [code, bytes] of [
    ['malformed', utf8('junk')],
    ['invalid-argument', await misplaced()],
  ] as const) {
    await expect(followFromGroupInfo(a.env, bytes)).rejects.toMatchObject({ code });
    await expect(followMessage(a.env, followed, bytes)).rejects.toMatchObject({ code });
  }
});

test('a shelf of key packages takes those of known suites, and gives them out for Welcomes', async () => {
  const bundle = await keyPackageFor(a);
  const nothing = { ...altered(() => ({})), suite: () => undefined };
  const thrown = (code: string) => expect.objectContaining({ code });
  expect(() => shelve(nothing, EMPTY_SHELF, bundle)).toThrow(thrown('unsupported-suite'));
  expect(() => takeFor(EMPTY_SHELF, utf8('junk'))).toThrow(thrown('malformed'));
  const message = await misplaced();
  expect(() => takeFor(EMPTY_SHELF, message)).toThrow(thrown('invalid-argument'));
});

test('an update is proposed by the call that keeps its private key', async () => {
  const { leafNode } = (await keyPackageFor(await person('other'))).keyPackage;
  await expect(
    createProposal(a.env, at(everyone.states, 0), { proposalType: ProposalType.update, leafNode }),
  ).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('who lost the private key of its update does not follow the commit of it (proposal-unknown)', async () => {
  const proposed = await proposeUpdate(b.env, at(everyone.states, 1));
  const heard = await processMessage(a.env, at(everyone.states, 0), proposed.bytes);
  const { commit } = await createCommit(a.env, heard.state, {});
  const forgetful = { ...proposed.state, pendingUpdates: [] };
  await expect(processMessage(b.env, forgetful, commit)).rejects.toMatchObject({ code: 'proposal-unknown' });
  expect((await receiveCommit(b, proposed.state, commit)).staged.selfRemoved).toBe(false);
});

test('who was removed has no group information to give', async () => {
  const proposals = [{ proposalType: ProposalType.remove, removed: 1 } as const];
  const { commit } = await createCommit(a.env, at(everyone.states, 0), { proposals });
  const { state, staged } = await receiveCommit(b, at(everyone.states, 1), commit);
  const closed = mergeCommit(b.env, state, staged);
  await expect(exportGroupInfo(b.env, closed)).rejects.toMatchObject({ code: 'group-closed' });
});

/** A Welcome with any plaintexts in it. */
async function sealed(
  { keyPackage }: KeyPackageBundle,
  secrets: Uint8Array,
  info: Uint8Array,
  damage = (bytes: Uint8Array) => bytes,
) {
  const suite = suiteOf(a.env, at(everyone.states, 0));
  const zeros = new Uint8Array(suite.hashLength);
  const { key, nonce } = deriveWelcomeKey(suite, deriveWelcomeSecret(suite, zeros, zeros));
  const encryptedGroupInfo = await suite.aead.seal(key, nonce, EMPTY, info);
  const context = encryptContext(suite, 'Welcome', encryptedGroupInfo);
  const made = await encryptWithLabel(suite, keyPackage.initKey, context, secrets, a.env.random);
  const encryptedGroupSecrets = { ...made, ciphertext: damage(made.ciphertext) };
  const newMember = keyPackageRef(suite, keyPackage);
  return encodeMessage({
    wireFormat: 3,
    welcome: { cipherSuite: suite.id, secrets: [{ newMember, encryptedGroupSecrets }], encryptedGroupInfo },
  });
}

test('a Welcome that is none, or whose parts do not open or cannot be read, is refused', async () => {
  const secrets = { joinerSecret: new Uint8Array(32), pathSecret: undefined, psks: [] };
  const good = encode(groupSecretsCodec, secrets);
  const bundle = await keyPackageFor(b);
  const refused: readonly (readonly [MlsErrorCode, Uint8Array])[] = [
    ['malformed', utf8('junk')],
    ['invalid-argument', await misplaced()],
    ['welcome-undecryptable', await sealed(bundle, good, EMPTY, flipLast)],
    ['malformed', await sealed(bundle, utf8('junk'), EMPTY)],
    ['malformed', await sealed(bundle, good, utf8('junk'))],
  ];
  for (const [code, welcome] of refused) {
    await expect(joinGroup(b.env, { welcome, keyPackage: bundle })).rejects.toMatchObject({ code });
  }
});

test('a source of randomness that gives less than it is asked for welcomes nobody', async () => {
  const newcomers = await Promise.all(['x', 'y'].map(async (name) => keyPackageFor(await person(name))));
  const proposals = newcomers.map(({ keyPackage }) => ({ proposalType: ProposalType.add, keyPackage }));
  // Both newcomers draw at once, and nothing else draws as much.
  const random = (length: number): Uint8Array => a.env.random(length).slice(0, Math.min(length, 63));
  const state = at(everyone.states, 0);
  await expect(createCommit({ ...a.env, random }, state, { proposals })).rejects.toMatchObject({
    code: 'invalid-argument',
  });
  expect((await createCommit(a.env, state, { proposals })).welcome).toBeDefined();
});
