/**
 * Following a group without any of its secrets: what a server does to refuse invalid handshakes, and an
 * auditor to know the members. Confirmation and membership tags cannot be checked here; members do that.
 */
import { check, fail } from '../errors.ts';
import { ContentType, WireFormat } from '../messages/framed-content.ts';
import { decodeMessage } from '../messages/mls-message.ts';
import { type PublicEnvironment, publicSuite } from './environment.ts';
import { groupFromInfo } from './from-group-info.ts';
import type { PublicGroup, StoredProposal } from './public-group.ts';
import { checkAddressed, type StagedPublicCommit, stagePublicCommit } from './stage-commit.ts';
import { stageProposal, storeProposal } from './stage-proposal.ts';

export type Followed =
  | { readonly kind: 'proposal'; readonly group: PublicGroup; readonly stored: StoredProposal }
  | { readonly kind: 'commit'; readonly group: PublicGroup; readonly commit: StagedPublicCommit };

/** Begins from an encoded GroupInfo message, and the ratchet tree if that does not contain it. */
export async function followFromGroupInfo(
  env: PublicEnvironment,
  bytes: Uint8Array,
  ratchetTree?: Uint8Array,
): Promise<PublicGroup> {
  const message = decodeMessage(bytes) ?? fail('malformed');
  const { groupInfo } = message.wireFormat === WireFormat.groupInfo ? message : fail('invalid-argument');
  return groupFromInfo(env, publicSuite(env, groupInfo.groupContext.cipherSuite), groupInfo, ratchetTree);
}

/** Checks an encoded public handshake message; gives the group after it. Throws an `MlsError`. */
export async function followMessage(
  env: PublicEnvironment,
  group: PublicGroup,
  bytes: Uint8Array,
): Promise<Followed> {
  const message = decodeMessage(bytes) ?? fail('malformed');
  const { publicMessage } =
    message.wireFormat === WireFormat.publicMessage ? message : fail('invalid-argument');
  const { content, auth } = publicMessage;
  check(content.content.contentType !== ContentType.application, 'application-not-private');
  checkAddressed(group, content.groupId, content.epoch);
  const suite = publicSuite(env, group.context.cipherSuite);
  const authenticated = { wireFormat: WireFormat.publicMessage, content, auth };
  if (content.content.contentType === ContentType.commit) {
    const commit = await stagePublicCommit(env, suite, group, authenticated);
    return { kind: 'commit', group: commit.group, commit };
  }
  const stored = await stageProposal(env, suite, group, authenticated);
  return { kind: 'proposal', group: storeProposal(group, stored), stored };
}
