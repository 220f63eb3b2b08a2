/**
 * What we allow of a group, and of a commit, beyond RFC 9420. A group has two extensions, for good. A commit is public, its
 * proposals are by value, members add and remove, and who joins from outside replaces nobody but itself. Everything
 * else (updates, other group extensions, pre-shared keys, reinitialisation, proposals by reference) has no use here, so
 * nobody can use it. Needs no secret: members and the server go by the same rules (docs/spec/conversations.md).
 */
import { type Bytes, copyBytes, equalBytes } from '@sotto/crypto/public';
import {
  ContentType,
  type Extension,
  ExtensionType,
  findExtension,
  type MlsMessage,
  ProposalType,
  type PublicGroup,
  type WireFormat,
} from '@sotto/mls/public';
import { CONTEXT_EXTENSION } from './mls-engine.ts';

/** RFC 9420 section 11.1: one extension type and no proposal or credential types, as three vectors. */
const REQUIRED = Uint8Array.of(2, CONTEXT_EXTENSION >> 8, CONTEXT_EXTENSION & 0xff, 0, 0);

/** The extensions of a group for that context. */
export function groupExtensions(context: Bytes): readonly Extension[] {
  return [
    { extensionType: ExtensionType.requiredCapabilities, extensionData: REQUIRED },
    { extensionType: CONTEXT_EXTENSION, extensionData: context },
  ];
}

/** The context of a group; undefined where its extensions are any other than {@link groupExtensions}. */
export function groupContextIn(extensions: readonly Extension[]): Bytes | undefined {
  const found = findExtension(extensions, CONTEXT_EXTENSION);
  if (found === undefined) return undefined;
  const context = copyBytes(found);
  const expected = groupExtensions(context);
  const same = expected.every(({ extensionType, extensionData }, i) => {
    const given = extensions[i];
    return given?.extensionType === extensionType && equalBytes(given.extensionData, extensionData);
  });
  return same && extensions.length === expected.length ? context : undefined;
}

type PublicMessage = Extract<MlsMessage, { wireFormat: typeof WireFormat.publicMessage }>['publicMessage'];

const MEMBERS: readonly number[] = [ProposalType.add, ProposalType.remove];
const JOINERS: readonly number[] = [ProposalType.externalInit, ProposalType.remove];

/**
 * Whether the message is a commit that keeps to them, made in that state of the group. Signatures and all rules of the
 * standard are for the engine to check.
 */
export function keepsRules(
  { tree }: Pick<PublicGroup, 'tree'>,
  { content: { sender, content } }: PublicMessage,
): boolean {
  if (content.contentType !== ContentType.commit) return false;
  const { proposals, path } = content.commit;
  if (path === undefined) return false;
  const external = sender.senderType === 'new_member_commit';
  if (!external && sender.senderType !== 'member') return false;
  const allowed = external ? JOINERS : MEMBERS;
  const replaced: number[] = external ? [] : [sender.leafIndex];
  for (const item of proposals) {
    if (!('proposal' in item) || !allowed.includes(item.proposal.proposalType)) return false;
    const { proposal } = item;
    if (external && proposal.proposalType === ProposalType.remove) replaced.push(proposal.removed);
  }
  return replaced.every((index) => {
    const before = tree.leaf(index);
    return before !== undefined && equalBytes(before.signatureKey, path.leafNode.signatureKey);
  });
}
