/** A Welcome and group information, signed and sealed again after one change: refused with a code. */
import { expect, test } from 'vitest';
import { EMPTY, equalBytes, toHex } from '../../src/bytes.ts';
import { type Codec, decode, encode } from '../../src/codec/codec.ts';
import { decryptWithLabel, encryptContext, encryptWithLabel } from '../../src/crypto/encrypt-with-label.ts';
import { signWithLabel } from '../../src/crypto/sign-with-label.ts';
import {
  type ActiveGroup,
  createCommit,
  decodeMessage,
  type Environment,
  encodeMessage,
  encodeState,
  exportGroupInfo,
  joinByExternalCommit,
  joinGroup,
  type KeyPackageBundle,
  keyPackageRef,
  ProposalType,
  processMessage,
} from '../../src/index.ts';
import { type GroupInfo, groupInfoCodec, groupInfoToBeSigned } from '../../src/messages/group-info.ts';
import { type GroupSecrets, groupSecretsCodec } from '../../src/messages/group-secrets.ts';
import type { Welcome } from '../../src/messages/welcome.ts';
import { deriveWelcomeKey, deriveWelcomeSecret } from '../../src/schedule/key-schedule.ts';
import { suiteOf } from '../kit/forge.ts';
import { encodable, outcome, variants } from '../kit/mutate.ts';
import { at, group, keyPackageFor, person, utf8 } from '../kit/seeded.ts';

function welcomeIn(bytes: Uint8Array | undefined): Welcome {
  const message = bytes && decodeMessage(bytes);
  if (message?.wireFormat !== 3) throw new Error('not a welcome');
  return message.welcome;
}

interface Opened {
  readonly secrets: GroupSecrets;
  readonly info: GroupInfo;
}

function decoded<T>(codec: Codec<T>, bytes: Uint8Array | undefined): T {
  const value = bytes && decode(codec, bytes);
  if (value === undefined) throw new Error('it does not open');
  return value;
}

/** A Welcome to one newcomer, as that one opens it, and as somebody who knows all of it makes it again. */
async function takeApart(
  env: Environment,
  state: ActiveGroup,
  bytes: Uint8Array | undefined,
  { keyPackage, initPrivateKey }: KeyPackageBundle,
  pskSecret: Uint8Array,
): Promise<{ readonly opened: Opened; readonly make: (parts: Opened) => Promise<Uint8Array> }> {
  const suite = suiteOf(env, state);
  const welcome = welcomeIn(bytes);
  const context = encryptContext(suite, 'Welcome', welcome.encryptedGroupInfo);
  const pair = { privateKey: initPrivateKey, publicKey: keyPackage.initKey };
  const sealed = at(welcome.secrets, 0).encryptedGroupSecrets;
  const secrets = decoded(groupSecretsCodec, await decryptWithLabel(suite, pair, context, sealed));
  const { key, nonce } = deriveWelcomeKey(suite, deriveWelcomeSecret(suite, secrets.joinerSecret, pskSecret));
  const plain = await suite.aead.open(key, nonce, EMPTY, welcome.encryptedGroupInfo);
  const opened = { secrets, info: decoded(groupInfoCodec, plain) };
  const make = async (parts: Opened): Promise<Uint8Array> => {
    const info = encode(groupInfoCodec, parts.info);
    const encryptedGroupInfo = await suite.aead.seal(key, nonce, EMPTY, info);
    const shared = encryptContext(suite, 'Welcome', encryptedGroupInfo);
    const inner = encode(groupSecretsCodec, parts.secrets);
    const newMember = keyPackageRef(suite, keyPackage);
    const own = await encryptWithLabel(suite, keyPackage.initKey, shared, inner, env.random);
    const made = { ...welcome, secrets: [{ newMember, encryptedGroupSecrets: own }], encryptedGroupInfo };
    return encodeMessage({ wireFormat: 3, welcome: made });
  };
  return { opened, make };
}

/** The secrets as keys of a hash, whose zeros at the end say nothing. */
function unpadded({ joinerSecret, pathSecret = EMPTY, psks }: GroupSecrets): string {
  const [joiner, path] = [joinerSecret, pathSecret].map((secret) => toHex(secret).replace(/(00)*$/, ''));
  return `${joiner} ${path} ${psks.length}`;
}

async function resign(env: Environment, state: ActiveGroup, info: GroupInfo): Promise<GroupInfo> {
  const toBeSigned = groupInfoToBeSigned(info);
  const key = state.signaturePrivateKey;
  return { ...info, signature: await signWithLabel(suiteOf(env, state), key, 'GroupInfoTBS', toBeSigned) };
}

test('a Welcome is refused wherever its secrets or its information were changed and sealed again', async () => {
  const { people, states } = await group(3);
  const [{ env }, newcomer] = [at(people, 0), await person('newcomer')];
  const bundle = await keyPackageFor(newcomer);
  const { keyPackage } = bundle;
  const proposals = [{ proposalType: ProposalType.add, keyPackage }] as const;
  const made = await createCommit(env, at(states, 0), { proposals, forcePath: true });
  const none = new Uint8Array(suiteOf(env, at(states, 0)).hashLength);
  const { opened, make } = await takeApart(env, at(states, 0), made.welcome, bundle, none);
  const join = async (parts: Opened): Promise<unknown> => {
    const welcome = await make(parts);
    return joinGroup(newcomer.env, { welcome, keyPackage: bundle });
  };
  // Control: made again without a change, it is good.
  await join(opened);
  const psk = { pskType: 1, pskId: utf8('id'), pskNonce: none } as const;
  const wrong = [...variants(opened.secrets), { ...opened.secrets, psks: [psk] }];
  for (const secrets of wrong) {
    // A key that a hash is keyed with is filled with zeros: one more at the end makes no other.
    const isSame = unpadded(secrets) === unpadded(opened.secrets);
    const judged = await outcome(() => join({ ...opened, secrets }));
    expect(judged).toBe(isSame ? 'fine' : 'refused');
  }
  for (const changed of variants(opened.info)) {
    const info = await encodable(() => resign(env, at(states, 0), changed));
    // A change that signing undoes, as of the signature itself.
    if (info === undefined || equalBytes(info.signature, opened.info.signature)) continue;
    expect(await outcome(() => join({ ...opened, info }))).toBe('refused');
  }
});

test('group information that was changed and signed again is refused, or its commit is by the members', async () => {
  const { people, states } = await group(3);
  const [{ env }, newcomer] = [at(people, 1), await person('newcomer')];
  const message = decodeMessage(await exportGroupInfo(env, at(states, 1)));
  if (message?.wireFormat !== 4) throw new Error('no group info');
  const before = encodeState(at(states, 0));
  const arrive = async (info: GroupInfo): Promise<void> => {
    const groupInfo = encodeMessage({ wireFormat: 4, groupInfo: info });
    const joined = await joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo });
    await processMessage(at(people, 0).env, at(states, 0), joined.commit);
  };
  await arrive(message.groupInfo);
  let refused = 0;
  for (const changed of variants(message.groupInfo)) {
    const info = await encodable(() => resign(env, at(states, 1), changed));
    if (info === undefined || equalBytes(info.signature, message.groupInfo.signature)) continue;
    // The order of its extensions says nothing; any other change is no longer what the members agree on.
    const { extensions } = message.groupInfo;
    const isReordered =
      info.extensions.length === extensions.length &&
      info.extensions.every((each, i) => each === extensions.at(-1 - i));
    expect(await outcome(() => arrive(info))).toBe(isReordered ? 'fine' : 'refused');
    refused++;
  }
  expect(refused).toBeGreaterThan(20);
  expect(encodeState(at(states, 0))).toEqual(before);
});
