/** A Welcome that the engine would never make: any tree, context and secrets, properly signed and confirmed. */
import { EMPTY, equalBytes } from '../../src/bytes.ts';
import { signGroupInfo } from '../../src/group/group-info.ts';
import { pskSecretFor } from '../../src/group/psks.ts';
import { makeWelcome } from '../../src/group/welcome.ts';
import type { ActiveGroup, Environment, KeyPackage, PreSharedKeyId } from '../../src/index.ts';
import type { GroupContext } from '../../src/messages/group-context.ts';
import { confirmationTag } from '../../src/schedule/confirmation.ts';
import { startEpoch } from '../../src/schedule/key-schedule.ts';
import type { RatchetTree } from '../../src/tree/ratchet-tree.ts';
import { ancestor, commonLevel } from '../../src/tree/tree-math.ts';
import { suiteOf } from './forge.ts';

export interface WelcomeForgery {
  readonly context?: Partial<GroupContext>;
  readonly tree?: RatchetTree;
  /** That of the lowest node above both the newcomer and who signs. */
  readonly pathSecret?: Uint8Array;
  readonly psks?: readonly PreSharedKeyId[];
  /** Changes the finished tag. */
  readonly tag?: (tag: Uint8Array) => Uint8Array;
}

/** A Welcome of `state`'s member for the leaf of `keyPackage`. */
export async function forgeWelcome(
  env: Environment,
  state: ActiveGroup,
  keyPackage: KeyPackage,
  forgery: WelcomeForgery = {},
): Promise<Uint8Array> {
  const suite = suiteOf(env, state);
  const { tree = state.group.tree, psks = [], pathSecret } = forgery;
  const context = { ...state.group.context, treeHash: tree.hash(suite), ...forgery.context };
  const joinerSecret = env.random(suite.hashLength);
  const pskSecret = await pskSecretFor(env, suite, psks, undefined);
  const { confirmationKey } = startEpoch(suite, joinerSecret, pskSecret, context);
  const right = confirmationTag(suite, confirmationKey, context.confirmedTranscriptHash);
  const group = { ...state.group, context, tree, confirmationTag: forgery.tag?.(right) ?? right };
  const leafIndex = placeOf(tree, keyPackage);
  const node = ancestor(leafIndex, commonLevel(leafIndex, state.ownLeaf));
  const parts = {
    newcomers: [{ keyPackage, leafIndex }],
    committer: state.ownLeaf,
    path: pathSecret && {
      nodes: [{ node, pathSecret, publicKey: EMPTY, privateKey: EMPTY }],
      commitSecret: EMPTY,
    },
    joinerSecret,
    pskSecret,
    psks,
    groupInfo: await signGroupInfo(suite, { ...state, group }, {}),
  };
  return makeWelcome(suite, parts, env.random);
}

function placeOf(tree: RatchetTree, { leafNode }: KeyPackage): number {
  for (const { leaf, leafIndex } of tree.members()) {
    if (equalBytes(leaf.signatureKey, leafNode.signatureKey)) return leafIndex;
  }
  throw new Error('not in the tree');
}
