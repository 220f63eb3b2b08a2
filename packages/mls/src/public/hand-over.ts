/**
 * What a committer hands over beside the commit (RFC 9420, sections 12.4.3.1 and 12.4.3.2): the information of
 * the new epoch, for those who join by themselves, and the Welcome. Both are read by others than the members,
 * so whoever passes them on checks here that they belong to the commit. The external key is derived from a
 * secret: that it is the right one cannot be seen here.
 */
import { equalBytes, toHex } from '../bytes.ts';
import { encode } from '../codec/codec.ts';
import { check, fail } from '../errors.ts';
import { ExtensionType, findExtension, readExtension } from '../messages/extension.ts';
import { externalPubCodec } from '../messages/external-pub.ts';
import { WireFormat } from '../messages/framed-content.ts';
import { encodeGroupContext } from '../messages/group-context.ts';
import { keyPackageRef } from '../messages/key-package.ts';
import { decodeMessage } from '../messages/mls-message.ts';
import { ProposalType } from '../messages/proposal.ts';
import { ratchetTreeCodec } from '../messages/ratchet-tree.ts';
import { treeToNodes } from '../tree/tree-nodes.ts';
import { type PublicEnvironment, publicSuite } from './environment.ts';
import { verifyGroupInfo } from './from-group-info.ts';
import type { PublicGroup } from './public-group.ts';
import { checkAddressed, type StagedPublicCommit } from './stage-commit.ts';

/**
 * Checks that an encoded GroupInfo message is of exactly this epoch, holds the tree and an external key, and is
 * signed by a member. The leaf that signed it.
 */
export async function checkGroupInfo(
  env: PublicEnvironment,
  group: PublicGroup,
  bytes: Uint8Array,
): Promise<number> {
  const message = decodeMessage(bytes) ?? fail('malformed');
  const { groupInfo: info } =
    message.wireFormat === WireFormat.groupInfo ? message : fail('invalid-argument');
  const { groupContext, extensions } = info;
  checkAddressed(group, groupContext.groupId, groupContext.epoch);
  const tree = findExtension(extensions, ExtensionType.ratchetTree) ?? fail('tree-missing');
  check(equalBytes(tree, encode(ratchetTreeCodec, treeToNodes(group.tree))), 'tree-hash-mismatch');
  const isSame =
    equalBytes(encodeGroupContext(groupContext), encodeGroupContext(group.context)) &&
    equalBytes(info.confirmationTag, group.confirmationTag);
  check(isSame, 'group-info-mismatch');
  const external = readExtension(extensions, ExtensionType.externalPub, externalPubCodec);
  const { externalPub } = external ?? fail('external-pub-missing');
  const suite = publicSuite(env, group.context.cipherSuite);
  check(suite.isSoundEncryptionKey(externalPub), 'weak-encryption-key');
  await verifyGroupInfo(suite, info, group.tree);
  return info.signer;
}

/** Checks that an encoded Welcome message is for each of those whom the commit adds, once, and for nobody else. */
export function checkWelcome(env: PublicEnvironment, commit: StagedPublicCommit, bytes: Uint8Array): void {
  const message = decodeMessage(bytes) ?? fail('malformed');
  const { welcome } = message.wireFormat === WireFormat.welcome ? message : fail('invalid-argument');
  const suite = publicSuite(env, commit.group.context.cipherSuite);
  check(welcome.cipherSuite === suite.id, 'welcome-suite');
  const added = commit.proposals.flatMap(({ proposal }) =>
    proposal.proposalType === ProposalType.add ? [toHex(keyPackageRef(suite, proposal.keyPackage))] : [],
  );
  const named = new Set(welcome.secrets.map(({ newMember }) => toHex(newMember)));
  const fits = named.size === welcome.secrets.length && named.size === added.length;
  check(fits && added.every((reference) => named.has(reference)), 'welcome-mismatch');
}
