/** Signing and framing what this member sends. */
import type { CipherSuite } from '../crypto/provider.ts';
import { fail } from '../errors.ts';
import { membershipTag } from '../framing/membership-tag.ts';
import { protectPrivate } from '../framing/private.ts';
import { signFramedContent } from '../framing/sign.ts';
import type { AuthenticatedContent } from '../messages/authenticated-content.ts';
import {
  type Content,
  type ContentWireFormat,
  type FramedContent,
  type FramedContentAuthData,
  WireFormat,
} from '../messages/framed-content.ts';
import { encodeMessage } from '../messages/mls-message.ts';
import type { Environment } from './environment.ts';
import type { ActiveGroup, GroupState } from './state.ts';

export type HandshakeFormat = 'public' | 'private';

export function wireFormatOf(format: HandshakeFormat): ContentWireFormat {
  return format === 'public' ? WireFormat.publicMessage : WireFormat.privateMessage;
}

/** Throws `group-closed` for who is no longer a member. */
export function active(state: GroupState): ActiveGroup {
  return state.status === 'active' ? state : fail('group-closed');
}

export function memberContent(
  { group, ownLeaf }: ActiveGroup,
  content: Content,
  authenticatedData: Uint8Array,
): FramedContent {
  const { groupId, epoch } = group.context;
  return { groupId, epoch, sender: { senderType: 'member', leafIndex: ownLeaf }, authenticatedData, content };
}

export function signAsMember(
  suite: CipherSuite,
  state: ActiveGroup,
  wireFormat: ContentWireFormat,
  content: FramedContent,
): Promise<Uint8Array> {
  return signFramedContent(suite, state.signaturePrivateKey, wireFormat, content, state.group.context);
}

/** The encoded message, and the state without the key that it used. */
export async function frame(
  env: Environment,
  suite: CipherSuite,
  state: ActiveGroup,
  message: AuthenticatedContent,
  paddedLength: number,
): Promise<{
  readonly bytes: Uint8Array;
  readonly state: ActiveGroup;
  readonly generation: number | undefined;
}> {
  const { content, auth, wireFormat } = message;
  if (wireFormat === WireFormat.publicMessage) {
    const bytes = encodeMessage({ wireFormat, publicMessage: publicMessage(suite, state, content, auth) });
    return { bytes, state, generation: undefined };
  }
  const keys = { senderDataSecret: state.secrets.senderDataSecret, secretTree: state.secretTree };
  const { random } = env;
  const sealed = await protectPrivate(suite, keys, state.ownLeaf, content, auth, paddedLength, random);
  return {
    bytes: encodeMessage({ wireFormat, privateMessage: sealed.message }),
    state: { ...state, secretTree: sealed.secretTree },
    generation: sealed.generation,
  };
}

function publicMessage(
  suite: CipherSuite,
  state: ActiveGroup,
  content: FramedContent,
  auth: FramedContentAuthData,
): {
  readonly content: FramedContent;
  readonly auth: FramedContentAuthData;
  readonly membershipTag: Uint8Array;
} {
  const { membershipKey } = state.secrets;
  return {
    content,
    auth,
    membershipTag: membershipTag(suite, membershipKey, content, auth, state.group.context),
  };
}
