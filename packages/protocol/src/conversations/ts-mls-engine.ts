/**
 * The engine on ts-mls 1.6.4. With the files beside it that it imports (`mls-*.ts`, `suite.ts`), the only code that
 * knows that library; docs/spec/conversations.md says which of its faults are worked round here and which stay.
 * Trusts the library's parsing and key schedule, and none of its judgement on members.
 */
import { type Bytes, copyBytes, equalBytes, type Random, type SigningKey } from '@sotto/crypto';
import { createGroup } from 'ts-mls/clientState.js';
import { createApplicationMessage } from 'ts-mls/createMessage.js';
import { mlsExporter } from 'ts-mls/keySchedule.js';
import { encodeRequiredCapabilities } from 'ts-mls/requiredCapabilities.js';
import { adoptPending, followCommit, makeCommit } from './mls-commit.ts';
import {
  type Authenticate,
  CONTEXT_EXTENSION,
  type Group,
  type MessageHeader,
  type MlsEngine,
  type Received,
} from './mls-engine.ts';
import { failingAs, failure } from './mls-failure.ts';
import {
  CONFIG,
  contextOf,
  decodeGroup,
  encodeGroup,
  GroupHandle,
  handleOf,
  memberHandleOf,
} from './mls-group.ts';
import { joinByExternalCommit, joinByWelcome, NO_LIMIT, readWelcome } from './mls-join.ts';
import { keyPackageInfo, makeKeyPackage, makeKeyPackagePair, readKeyPackage } from './mls-key-package.ts';
import { openMessage } from './mls-open.ts';
import { leavesOf } from './mls-tree.ts';
import { readMessage, writeMessage } from './mls-wire.ts';
import { makeSuite, type Suite } from './suite.ts';

/**
 * @param random systemRandom, or another source that throws rather than return bad bytes
 * @param signingKey the device's key, certified by its account's state
 */
export async function createMlsEngine(random: Random, signingKey: SigningKey): Promise<MlsEngine> {
  const suite = await makeSuite(random, signingKey);
  return {
    createKeyPackage: (request) => makeKeyPackagePair(request, signingKey, suite),
    async readKeyPackage(bytes) {
      const keyPackage = await readKeyPackage(bytes, suite);
      return keyPackage === undefined ? undefined : keyPackageInfo(keyPackage, suite);
    },
    createGroup: (groupId, identity, context) => startGroup(groupId, identity, context, signingKey, suite),
    commit: async (group, request) => makeCommit(memberHandleOf(group), request, suite),
    adopt: async (group, pending) =>
      adoptPending(memberHandleOf(group), decodeGroup(pending, signingKey.publicKey)),
    welcomeRefs: (bytes) => readWelcome(bytes)?.secrets.map((secret) => copyBytes(secret.newMember)),
    join: (bytes, pairs, authenticate) => joinByWelcome(bytes, pairs, authenticate, signingKey, suite),
    joinExternally: (bytes, identity, options) =>
      joinByExternalCommit(bytes, identity, options, signingKey, suite),
    encrypt: (group, plaintext) => encrypt(group, plaintext, suite),
    process: (group, bytes, authenticate) => process(group, bytes, authenticate, suite),
    readHeader,
    members: (group) => leavesOf(handleOf(group).state.ratchetTree),
    context: contextOfGroup,
    epochAuthenticator: (group) => copyBytes(memberHandleOf(group).state.keySchedule.epochAuthenticator),
    async exportSecret(group, label, context, length) {
      const { exporterSecret } = memberHandleOf(group).state.keySchedule;
      return copyBytes(await mlsExporter(exporterSecret, label, context, length, suite));
    },
    encode: (group) => encodeGroup(handleOf(group)),
    decode: async (bytes) => decodeGroup(bytes, signingKey.publicKey),
  };
}

function startGroup(
  groupId: Uint8Array,
  identity: Bytes,
  context: Uint8Array,
  signingKey: SigningKey,
  suite: Suite,
): Promise<Group> {
  return failingAs('group_state_invalid', async () => {
    const { keyPackage, secrets } = await makeKeyPackage(identity, false, NO_LIMIT, signingKey, suite);
    const required = { extensionTypes: [CONTEXT_EXTENSION], proposalTypes: [], credentialTypes: [] };
    const extensions = [
      {
        extensionType: 'required_capabilities' as const,
        extensionData: encodeRequiredCapabilities(required),
      },
      { extensionType: CONTEXT_EXTENSION, extensionData: copyBytes(context) },
    ];
    return new GroupHandle(
      await createGroup(copyBytes(groupId), keyPackage, secrets, extensions, suite, CONFIG),
    );
  });
}

async function encrypt(group: Group, plaintext: Uint8Array, suite: Suite) {
  const handle = memberHandleOf(group);
  handle.spend();
  try {
    const state = {
      ...handle.state,
      clientConfig: { ...CONFIG, paddingConfig: paddingFor(plaintext.length) },
    };
    const made = await createApplicationMessage(state, copyBytes(plaintext), suite);
    for (const secret of made.consumed) secret.fill(0);
    return {
      message: writeMessage({ wireformat: 'mls_private_message', privateMessage: made.privateMessage }),
      group: new GroupHandle({ ...made.newState, clientConfig: CONFIG }),
    };
  } catch (cause) {
    handle.release();
    throw cause;
  }
}

/** The smallest bucket. */
const BUCKET = 256;
/** Of the content besides the plaintext: its length (at most 4 bytes), the signature's length (2) and the signature. */
const FRAMING = 4 + 2 + 64;

/** Fills the encrypted content up to the next power of two, at least 256 bytes. */
function paddingFor(length: number): { kind: 'padUntilLength'; padUntilLength: number } {
  let padUntilLength = BUCKET;
  while (padUntilLength < length + FRAMING) padUntilLength *= 2;
  return { kind: 'padUntilLength', padUntilLength };
}

async function process(
  group: Group,
  bytes: Uint8Array,
  authenticate: Authenticate,
  suite: Suite,
): Promise<Received> {
  const handle = handleOf(group);
  const message = readMessage(bytes);
  if (message?.wireformat === 'mls_public_message') {
    checkGroup(handle, message.publicMessage.content.groupId);
    return followCommit(memberHandleOf(handle), message.publicMessage, authenticate, suite);
  }
  if (message?.wireformat !== 'mls_private_message') throw failure('message_unreadable');
  checkGroup(handle, message.privateMessage.groupId);
  handle.spend();
  try {
    const { consumed, ...opened } = await openMessage(handle, message.privateMessage, suite);
    for (const secret of consumed) secret.fill(0);
    return { kind: 'application', epoch: Number(message.privateMessage.epoch), ...opened };
  } catch (cause) {
    handle.release();
    throw cause;
  }
}

function checkGroup(handle: GroupHandle, groupId: Uint8Array): void {
  if (!equalBytes(handle.groupId, groupId)) throw failure('message_unreadable');
}

function readHeader(bytes: Uint8Array): MessageHeader | undefined {
  const message = readMessage(bytes);
  if (message?.wireformat === 'mls_public_message') {
    const { contentType, groupId, epoch } = message.publicMessage.content;
    return contentType === 'commit' ? header('commit', groupId, epoch) : undefined;
  }
  if (message?.wireformat !== 'mls_private_message') return undefined;
  const { contentType, groupId, epoch } = message.privateMessage;
  return contentType === 'application' ? header('application', groupId, epoch) : undefined;
}

function header(kind: MessageHeader['kind'], groupId: Uint8Array, epoch: bigint): MessageHeader {
  return { kind, groupId: copyBytes(groupId), epoch: Number(epoch) };
}

function contextOfGroup(group: Group): Bytes {
  const context = contextOf(handleOf(group).state.groupContext);
  if (context === undefined) throw failure('group_state_invalid');
  return context;
}
