/** A group from its signed information (RFC 9420, section 12.4.3). */
import type { PublicSuite } from '../crypto/public-suite.ts';
import { verifyWithLabel } from '../crypto/verify-with-label.ts';
import { check, fail } from '../errors.ts';
import { checkUniqueExtensions } from '../messages/extension.ts';
import { MLS10 } from '../messages/group-context.ts';
import { type GroupInfo, groupInfoToBeSigned } from '../messages/group-info.ts';
import { interimTranscriptHash } from '../schedule/transcript.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import type { PublicEnvironment } from './environment.ts';
import type { PublicGroup } from './public-group.ts';
import { treeOf, validateTree } from './validate-tree.ts';

/** The signature of the group information by the member that it names. */
export async function verifyGroupInfo(suite: PublicSuite, info: GroupInfo, tree: RatchetTree): Promise<void> {
  checkUniqueExtensions(info.extensions);
  const signer = tree.leaf(info.signer) ?? fail('unknown-sender');
  const toBeSigned = groupInfoToBeSigned(info);
  const valid = await verifyWithLabel(suite, signer.signatureKey, 'GroupInfoTBS', toBeSigned, info.signature);
  check(valid, 'group-info-signature');
}

/** The group that the information describes, tree and all members verified. */
export async function groupFromInfo(
  env: PublicEnvironment,
  suite: PublicSuite,
  info: GroupInfo,
  ratchetTree: Uint8Array | undefined,
): Promise<PublicGroup> {
  const { groupContext: context, confirmationTag } = info;
  check(context.version === MLS10, 'unsupported-version');
  const tree = treeOf(env, info, ratchetTree);
  await verifyGroupInfo(suite, info, tree);
  await validateTree(env, suite, context, tree);
  return {
    context,
    tree,
    interimTranscriptHash: interimTranscriptHash(suite, context.confirmedTranscriptHash, confirmationTag),
    confirmationTag,
    proposals: [],
    reinit: undefined,
  };
}
