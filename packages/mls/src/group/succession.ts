/** What ties a branched or reinitialised group to its former one (RFC 9420, sections 11.2 and 11.3). */
import { equalBytes, toHex } from '../bytes.ts';
import { encode } from '../codec/codec.ts';
import { check, fail } from '../errors.ts';
import { credentialCodec } from '../messages/credential.ts';
import { extensionsCodec } from '../messages/extension.ts';
import type { GroupContext } from '../messages/group-context.ts';
import type { LeafNode } from '../messages/leaf-node.ts';
import { type PreSharedKeyId, PskType, ResumptionPskUsage } from '../messages/pre-shared-key-id.ts';
import type { PublicGroup } from '../public/public-group.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import type { Environment } from './environment.ts';
import type { GroupState } from './state.ts';

/** Sections 11.2, 11.3 and 12.4.3.1: checks the group that these pre-shared keys tie to `former`, if one of them does. */
export function checkSuccession(
  env: Environment,
  psks: readonly PreSharedKeyId[],
  context: GroupContext,
  tree: RatchetTree,
  former: GroupState | undefined,
): void {
  for (const psk of psks) {
    if (psk.pskType !== PskType.resumption || psk.usage === ResumptionPskUsage.application) continue;
    const code = psk.usage === ResumptionPskUsage.reinit ? 'reinit-mismatch' : 'branch-mismatch';
    const { group: old } = former ?? fail(code);
    check(context.epoch === 1n && equalBytes(psk.pskGroupId, old.context.groupId), code);
    if (psk.usage === ResumptionPskUsage.reinit) {
      checkReinit(context, old, psk.pskEpoch);
      check(isAmong(env, old.tree, tree), 'reinit-member-missing');
    } else {
      check(context.version === old.context.version && context.cipherSuite === old.context.cipherSuite, code);
      check(isAmong(env, tree, old.tree), code);
    }
  }
}

function checkReinit(context: GroupContext, old: PublicGroup, pskEpoch: bigint): void {
  const { reinit } = old;
  check(
    reinit !== undefined &&
      pskEpoch === old.context.epoch &&
      reinit.version === context.version &&
      reinit.cipherSuite === context.cipherSuite &&
      equalBytes(reinit.groupId, context.groupId) &&
      equalBytes(encode(extensionsCodec, reinit.extensions), encode(extensionsCodec, context.extensions)),
    'reinit-mismatch',
  );
}

/** Whether each leaf of `part` has one of the same member in `whole`, and none of these counts twice. */
function isAmong({ authentication }: Environment, part: RatchetTree, whole: RatchetTree): boolean {
  const identity = (leaf: LeafNode): string =>
    toHex(authentication.identityOf?.(leaf) ?? encode(credentialCodec, leaf.credential));
  const left = new Map<string, number>();
  for (const { leaf } of whole.members()) {
    const one = identity(leaf);
    left.set(one, (left.get(one) ?? 0) + 1);
  }
  for (const { leaf } of part.members()) {
    const one = identity(leaf);
    const count = left.get(one) ?? 0;
    if (count === 0) return false;
    left.set(one, count - 1);
  }
  return true;
}
