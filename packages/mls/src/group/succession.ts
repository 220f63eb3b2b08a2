/** What ties a branched or reinitialised group to its former one (RFC 9420, sections 11.2 and 11.3). */
import { equalBytes, toHex } from '../bytes.ts';
import { encode } from '../codec/codec.ts';
import { check, fail } from '../errors.ts';
import { credentialCodec } from '../messages/credential.ts';
import { extensionsCodec } from '../messages/extension.ts';
import type { GroupContext } from '../messages/group-context.ts';
import type { LeafNode } from '../messages/leaf-node.ts';
import { type PreSharedKeyId, PskType, ResumptionPskUsage } from '../messages/pre-shared-key-id.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import type { GroupState } from './state.ts';

export function checkSuccession(
  psks: readonly PreSharedKeyId[],
  context: GroupContext,
  tree: RatchetTree,
  former: GroupState | undefined,
): void {
  for (const psk of psks) {
    if (psk.pskType !== PskType.resumption || psk.usage === ResumptionPskUsage.application) continue;
    const code = psk.usage === ResumptionPskUsage.reinit ? 'reinit-mismatch' : 'branch-mismatch';
    const old = former ?? fail(code);
    check(context.epoch === 1n && equalBytes(psk.pskGroupId, old.group.context.groupId), code);
    if (psk.usage === ResumptionPskUsage.reinit) checkReinit(context, old, psk.pskEpoch);
    else checkBranch(context, tree, old);
  }
}

function checkReinit(context: GroupContext, { group }: GroupState, pskEpoch: bigint): void {
  const { reinit } = group;
  check(
    reinit !== undefined &&
      pskEpoch === group.context.epoch &&
      reinit.version === context.version &&
      reinit.cipherSuite === context.cipherSuite &&
      equalBytes(reinit.groupId, context.groupId) &&
      equalBytes(encode(extensionsCodec, reinit.extensions), encode(extensionsCodec, context.extensions)),
    'reinit-mismatch',
  );
}

function checkBranch(context: GroupContext, tree: RatchetTree, { group }: GroupState): void {
  check(
    context.version === group.context.version && context.cipherSuite === group.context.cipherSuite,
    'branch-mismatch',
  );
  const identity = ({ credential }: LeafNode): string => toHex(encode(credentialCodec, credential));
  const known = new Set([...group.tree.members()].map(({ leaf }) => identity(leaf)));
  for (const { leaf } of tree.members()) check(known.has(identity(leaf)), 'branch-mismatch');
}
