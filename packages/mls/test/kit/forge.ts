/** A member that sends what the engine would never let it send: any content, properly signed and tagged. */
import { EMPTY } from '../../src/bytes.ts';
import type { CipherSuite } from '../../src/crypto/provider.ts';
import { signWithLabel } from '../../src/crypto/sign-with-label.ts';
import { membershipTag } from '../../src/framing/membership-tag.ts';
import { protectPrivate } from '../../src/framing/private.ts';
import { signFramedContent } from '../../src/framing/sign.ts';
import { signLeaf } from '../../src/group/key-package.ts';
import type { ActiveGroup, Environment, KeyPackage, LeafNode, Proposal } from '../../src/index.ts';
import { decodeMessage, encodeMessage } from '../../src/index.ts';
import type { Commit, ProposalOrRef } from '../../src/messages/commit.ts';
import type {
  Content,
  ContentWireFormat,
  FramedContent,
  FramedContentAuthData,
} from '../../src/messages/framed-content.ts';
import { keyPackageToBeSigned, type UnsignedKeyPackage } from '../../src/messages/key-package.ts';
import type { UnsignedLeafNode } from '../../src/messages/leaf-node.ts';
import type { Sender } from '../../src/messages/sender.ts';

export function suiteOf(env: Environment, state: ActiveGroup): CipherSuite {
  const suite = env.provider.suite(state.group.context.cipherSuite);
  if (suite === undefined) throw new Error('no suite');
  return suite;
}

export interface Forgery {
  readonly content: Content;
  readonly sender?: Sender;
  readonly groupId?: Uint8Array;
  readonly epoch?: bigint;
  readonly authenticatedData?: Uint8Array;
  readonly privateKey?: Uint8Array;
  readonly confirmationTag?: Uint8Array;
  /** Changes the finished signature or tag. */
  readonly signature?: (signature: Uint8Array) => Uint8Array;
  readonly tag?: (tag: Uint8Array) => Uint8Array;
}

/** The content, signed with the key of the forgery. */
async function signed(
  suite: CipherSuite,
  state: ActiveGroup,
  forgery: Forgery,
  wireFormat: ContentWireFormat,
): Promise<{ readonly content: FramedContent; readonly auth: FramedContentAuthData }> {
  const { context } = state.group;
  const content: FramedContent = {
    groupId: forgery.groupId ?? context.groupId,
    epoch: forgery.epoch ?? context.epoch,
    sender: forgery.sender ?? { senderType: 'member', leafIndex: state.ownLeaf },
    authenticatedData: forgery.authenticatedData ?? EMPTY,
    content: forgery.content,
  };
  const key = forgery.privateKey ?? state.signaturePrivateKey;
  const signature = await signFramedContent(suite, key, wireFormat, content, context);
  const isCommit = forgery.content.contentType === 3;
  const confirmationTag = isCommit
    ? (forgery.confirmationTag ?? new Uint8Array(suite.hashLength))
    : undefined;
  return { content, auth: { signature: forgery.signature?.(signature) ?? signature, confirmationTag } };
}

/** A public message of `state`'s member, or of another sender. */
export async function forge(env: Environment, state: ActiveGroup, forgery: Forgery): Promise<Uint8Array> {
  const suite = suiteOf(env, state);
  const { content, auth } = await signed(suite, state, forgery, 1);
  const tag = membershipTag(suite, state.secrets.membershipKey, content, auth, state.group.context);
  const isMember = content.sender.senderType === 'member';
  const publicMessage = {
    content,
    auth,
    membershipTag: isMember ? (forgery.tag?.(tag) ?? tag) : undefined,
  };
  return encodeMessage({ wireFormat: 1, publicMessage });
}

/** The same as a private message, of any leaf: who knows the epoch knows the keys of all. */
export async function forgePrivate(
  env: Environment,
  state: ActiveGroup,
  forgery: Forgery,
): Promise<Uint8Array> {
  const suite = suiteOf(env, state);
  const { content, auth } = await signed(suite, state, forgery, 2);
  const leafIndex = content.sender.senderType === 'member' ? content.sender.leafIndex : state.ownLeaf;
  const keys = { senderDataSecret: state.secrets.senderDataSecret, secretTree: state.secretTree };
  const { message } = await protectPrivate(suite, keys, leafIndex, content, auth, 0, env.random);
  return encodeMessage({ wireFormat: 2, privateMessage: message });
}

/** A commit of exactly these proposals by value, without a path unless given. */
export function commitOf(proposals: readonly Proposal[], path?: Commit['path']): Content {
  const entries: readonly ProposalOrRef[] = proposals.map((proposal) => ({ proposal }));
  return { contentType: 3, commit: { proposals: entries, path } };
}

/** The commit inside an encoded public message. */
export function openCommit(bytes: Uint8Array): Commit {
  const message = decodeMessage(bytes);
  if (message?.wireFormat !== 1) throw new Error('not public');
  const { content } = message.publicMessage.content;
  if (content.contentType !== 3) throw new Error('not a commit');
  return content.commit;
}

/** The leaf with changes, signed again. */
export function resignLeaf(
  env: Environment,
  state: ActiveGroup,
  leaf: LeafNode,
  changes: Partial<UnsignedLeafNode>,
  leafIndex: number,
  privateKey: Uint8Array,
): Promise<LeafNode> {
  const place = { groupId: state.group.context.groupId, leafIndex };
  return signLeaf(suiteOf(env, state), privateKey, { ...leaf, ...changes }, place);
}

/** The key package with changes, leaf and package signed again. */
export async function resignKeyPackage(
  env: Environment,
  state: ActiveGroup,
  keyPackage: KeyPackage,
  privateKey: Uint8Array,
  changes: Partial<UnsignedKeyPackage>,
  leafChanges: Partial<UnsignedLeafNode> = {},
): Promise<KeyPackage> {
  const suite = suiteOf(env, state);
  const leafNode = await resignLeaf(env, state, keyPackage.leafNode, leafChanges, 0, privateKey);
  const unsigned = { ...keyPackage, leafNode, ...changes };
  const signature = await signWithLabel(suite, privateKey, 'KeyPackageTBS', keyPackageToBeSigned(unsigned));
  return { ...unsigned, signature };
}

export function flipLast(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  out[out.length - 1] = (out.at(-1) ?? 0) ^ 1;
  return out;
}
