/** Groups that continue others: reinitialisation and branching (RFC 9420, sections 11.2 and 11.3). */
import { fail } from '../errors.ts';
import type { Extension } from '../messages/extension.ts';
import type { KeyPackage } from '../messages/key-package.ts';
import type { Lifetime } from '../messages/lifetime.ts';
import { PskType, ResumptionPskUsage } from '../messages/pre-shared-key-id.ts';
import { ProposalType } from '../messages/proposal.ts';
import { createCommit } from './commit.ts';
import { createGroup } from './create.ts';
import type { Environment } from './environment.ts';
import { active } from './frame.ts';
import type { Identity } from './key-package.ts';
import { mergeCommit } from './merge-commit.ts';
import { ownIdentity } from './propose.ts';
import { resumptionPsk } from './psks.ts';
import type { ActiveGroup, GroupState } from './state.ts';
import { checkSuccession } from './succession.ts';

export interface SuccessorOptions {
  readonly identity?: Partial<Identity>;
  readonly lifetime: Lifetime;
  readonly keyPackages: readonly KeyPackage[];
}

export interface Successor {
  readonly state: ActiveGroup;
  readonly welcome: Uint8Array | undefined;
}

/** The group that a committed ReInit announced. `keyPackages` are those of all other members. */
export function reinitGroup(
  env: Environment,
  former: GroupState,
  options: SuccessorOptions,
): Promise<Successor> {
  const { reinit } = former.group;
  if (reinit === undefined) return fail('reinit-mismatch');
  const { groupId, cipherSuite, extensions } = reinit;
  return succeed(env, former, ResumptionPskUsage.reinit, { ...options, groupId, cipherSuite, extensions });
}

export interface BranchOptions extends SuccessorOptions {
  readonly groupId: Uint8Array;
  readonly extensions?: readonly Extension[];
}

/** A group of some of the members, tied to the present epoch of the former one. */
export function branchGroup(
  env: Environment,
  former: GroupState,
  options: BranchOptions,
): Promise<Successor> {
  const { cipherSuite, extensions } = former.group.context;
  return succeed(env, former, ResumptionPskUsage.branch, { extensions, ...options, cipherSuite });
}

async function succeed(
  env: Environment,
  former: GroupState,
  usage: ResumptionPskUsage,
  options: BranchOptions & { readonly cipherSuite: number; readonly extensions: readonly Extension[] },
): Promise<Successor> {
  const old = active(former);
  const { lifetime, keyPackages, identity = {}, groupId, cipherSuite, extensions } = options;
  const owner = ownIdentity(old, identity);
  const empty = await createGroup(env, { ...owner, groupId, cipherSuite, extensions, lifetime });
  const suite = env.provider.suite(cipherSuite) ?? fail('unsupported-suite');
  const psk = {
    pskType: PskType.resumption,
    usage,
    pskGroupId: old.group.context.groupId,
    pskEpoch: old.group.context.epoch,
    pskNonce: env.random(suite.hashLength),
  };
  const withFormer: Environment = {
    ...env,
    psks: async (id) => resumptionPsk(old, id) ?? (await env.psks?.(id)),
  };
  const adds = keyPackages.map((keyPackage) => ({ proposalType: ProposalType.add, keyPackage }));
  const created = await createCommit(withFormer, empty, {
    proposals: [...adds, { proposalType: ProposalType.psk, psk }],
    initial: true,
  });
  const state = mergeCommit(env, created.state, created.staged);
  checkSuccession(env, [psk], state.group.context, state.group.tree, old);
  return { state, welcome: created.welcome };
}
