/**
 * The port on our own engine, `@sotto/mls`. With the files beside it, the only code here that knows it; which of its
 * choices are made for us, docs/spec/conversations.md says.
 */
import { type Bytes, copyBytes, type Random, type SigningKey } from '@sotto/crypto';
import {
  createGroup,
  encryptApplication,
  epochAuthenticator,
  exportSecret,
  type Primitives,
} from '@sotto/mls';
import { groupExtensions } from '../commit-rules.ts';
import { type Group, MLS_SUITE, type MlsEngine } from '../mls-engine.ts';
import { adoptPending, makeCommit } from './commit.ts';
import { type Device, engineDevice, judgement, NOBODY } from './device.ts';
import { failingAs } from './failure.ts';
import { GroupHandle, handleOf, leavesOf, memberHandleOf, ownPlace, spending } from './handle.ts';
import { joinByWelcome, joinExternally, readGroupInfo, welcomeRefs } from './join.ts';
import { decodeGroup, encodeGroup } from './kept-state.ts';
import { keyPackageInfo, makeKeyPackagePair } from './key-package.ts';
import { readHeader, receive } from './receive.ts';

/**
 * @param primitives those of the platform
 * @param random systemRandom, or another source that throws rather than return bad bytes
 * @param signingKey the device's key, certified by its account's state
 */
export function mlsEngine(primitives: Primitives, random: Random, signingKey: SigningKey): MlsEngine {
  const device = engineDevice(primitives, random, signingKey);
  const environment = device.environment(NOBODY);
  return {
    createKeyPackage: (request) => makeKeyPackagePair(request, device),
    readKeyPackage: (bytes) => keyPackageInfo(bytes, device),
    createGroup: (groupId, identity, context) => startGroup(groupId, identity, context, device),
    commit: async (group, request) => makeCommit(memberHandleOf(group), request, device),
    adopt: async (group, pending) => adoptPending(memberHandleOf(group), pending, device),
    welcomeRefs,
    join: (bytes, pairs, authenticate) => joinByWelcome(bytes, pairs, authenticate, device),
    joinExternally: (bytes, identity, options) => joinExternally(bytes, identity, options, device),
    encrypt: async (group, plaintext) => encrypt(memberHandleOf(group), plaintext, device),
    process: async (group, bytes, authenticate) => receive(handleOf(group), bytes, authenticate, device),
    readHeader,
    readGroupInfo,
    members: (group) => leavesOf(handleOf(group).state),
    context: (group) => ownPlace(handleOf(group)).context,
    epochAuthenticator: (group) => copyBytes(epochAuthenticator(memberHandleOf(group).state)),
    exportSecret: async (group, label, context, length) =>
      copyBytes(exportSecret(environment, memberHandleOf(group).state, label, context, length)),
    encode: (group, before) =>
      encodeGroup(handleOf(group), before instanceof GroupHandle ? before : undefined),
    decode: async (kept) => decodeGroup(kept, device.signatureKey),
  };
}

/** Of a leaf that nobody is to add by its key package. */
const NO_LIMIT = { notBefore: 0n, notAfter: 0xffff_ffff_ffff_ffffn };

function startGroup(
  groupId: Uint8Array,
  identity: Bytes,
  context: Uint8Array,
  device: Device,
): Promise<Group> {
  const place = { groupId: copyBytes(groupId), context: copyBytes(context) };
  return failingAs('group_state_invalid', async () => {
    const env = device.environment(judgement(() => true, place));
    const state = await createGroup(env, {
      ...device.identity(identity),
      groupId: place.groupId,
      cipherSuite: MLS_SUITE,
      lifetime: NO_LIMIT,
      extensions: groupExtensions(place.context),
    });
    return new GroupHandle(state);
  });
}

function encrypt(
  handle: GroupHandle,
  plaintext: Uint8Array,
  device: Device,
): Promise<{ message: Bytes; group: Group }> {
  const options = { paddedLength: bucketOf(plaintext.length) };
  return spending(handle, () =>
    failingAs('message_unreadable', async () => {
      const env = device.environment(NOBODY);
      const { bytes, state } = await encryptApplication(env, handle.state, copyBytes(plaintext), options);
      return { message: copyBytes(bytes), group: new GroupHandle(state) };
    }),
  );
}

/** The smallest bucket. */
const BUCKET = 256;
/** Of the content besides the plaintext: its length (at most 4 bytes), the signature's length (2) and the signature. */
const FRAMING = 4 + 2 + 64;

/** The encrypted content is filled up to the next power of two, at least 256 bytes. */
function bucketOf(length: number): number {
  let bucket = BUCKET;
  while (bucket < length + FRAMING) bucket *= 2;
  return bucket;
}
