/** RFC 9420, sections 11.2 and 11.3: what ends a group, and what ties the next one to it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { resumptionPsk } from '../../src/group/psks.ts';
import {
  type ActiveGroup,
  branchGroup,
  createCommit,
  createProposal,
  type Environment,
  exportGroupInfo,
  followMessage,
  type GroupState,
  joinByExternalCommit,
  joinGroup,
  type KeyPackageBundle,
  type PreSharedKeyId,
  type Proposal,
  ProposalType,
  processMessage,
  ResumptionPskUsage,
  reinitGroup,
} from '../../src/index.ts';
import { checkProposalList } from '../../src/public/proposal-list.ts';
import { resignKeyPackage, suiteOf } from '../kit/forge.ts';
import { forgeWelcome, type WelcomeForgery } from '../kit/forge-welcome.ts';
import {
  at,
  commitAll,
  type Everyone,
  group,
  groupOf,
  keyPackageFor,
  LIFETIME,
  type Person,
  person,
  utf8,
} from '../kit/seeded.ts';

const REINIT: Extract<Proposal, { proposalType: 5 }> = {
  proposalType: ProposalType.reinit,
  groupId: utf8('new'),
  version: 1,
  cipherSuite: 1,
  extensions: [],
};

/** Two members, a and b, of a group that awaits its reinitialisation, and of one that goes on. */
let ended: Everyone;
let going: Everyone;
let a: Person;
let b: Person;
let bundle: KeyPackageBundle;

beforeAll(async () => {
  ended = await group(2);
  await commitAll(ended, 0, { proposals: [REINIT] });
  going = await group(2);
  [a, b] = [at(going.people, 0), at(going.people, 1)];
  bundle = await keyPackageFor(b);
});

const withReinit = (state: ActiveGroup, reinit: typeof REINIT | undefined): ActiveGroup => ({
  ...state,
  group: { ...state.group, reinit },
});

describe('after a reinitialisation', () => {
  /** What member b would send had it not heard of it. */
  async function unaware(): Promise<readonly Uint8Array[]> {
    const state = withReinit(at(ended.states, 1), undefined);
    const proposal = await createProposal(b.env, state, { proposalType: ProposalType.remove, removed: 0 });
    return [(await createCommit(b.env, state, {})).commit, proposal.bytes];
  }

  test('no commit and no proposal is accepted, also not by who has no secret', async () => {
    const state = at(ended.states, 0);
    for (const bytes of await unaware()) {
      const refused = { code: 'reinit-pending' };
      await expect(processMessage(a.env, state, bytes)).rejects.toMatchObject(refused);
      await expect(followMessage(a.env, state.group, bytes)).rejects.toMatchObject(refused);
      // Control: who has not heard of it either takes both.
      await processMessage(a.env, withReinit(state, undefined), bytes);
    }
  });

  test('nobody joins by an external commit', async () => {
    const joiner = await person('joiner');
    const state = at(ended.states, 0);
    const groupInfo = await exportGroupInfo(a.env, state);
    const { commit } = await joinByExternalCommit(joiner.env, { ...joiner.identity, groupInfo });
    await expect(processMessage(a.env, state, commit)).rejects.toMatchObject({ code: 'reinit-pending' });
    const proposal: Proposal = { proposalType: ProposalType.externalInit, kemOutput: new Uint8Array(32) };
    const list = [{ proposal, sender: { senderType: 'new_member_commit' } as const, byReference: false }];
    expect(() => checkProposalList(suiteOf(a.env, state), state.group, list, 'joiner', false)).toThrow(
      expect.objectContaining({ code: 'reinit-pending' }),
    );
  });
});

/** The environment of who looks up the resumption secret of `former` under any identifier. */
function knowing({ env }: Person, former: ActiveGroup): Environment {
  return { ...env, psks: () => former.secrets.resumptionPsk };
}

function pskOf(former: ActiveGroup, usage: ResumptionPskUsage): Extract<PreSharedKeyId, { pskType: 2 }> {
  const { groupId: pskGroupId, epoch: pskEpoch } = former.group.context;
  return { pskType: 2, usage, pskGroupId, pskEpoch, pskNonce: new Uint8Array(32) };
}

/** How b, whose former group is `everyone`'s, takes a Welcome of `state`. */
async function invited(
  everyone: Everyone,
  state: ActiveGroup,
  usage: ResumptionPskUsage,
  forgery: WelcomeForgery & { readonly pskGroupId?: Uint8Array },
  keyPackage: KeyPackageBundle = bundle,
): Promise<ActiveGroup> {
  const [inviter, former] = [at(everyone.states, 0), at(everyone.states, 1)];
  const { pskGroupId = inviter.group.context.groupId } = forgery;
  const psks = [{ ...pskOf(inviter, usage), pskGroupId }];
  const env = knowing(a, inviter);
  const welcome = await forgeWelcome(env, state, keyPackage.keyPackage, { psks, ...forgery });
  return joinGroup(knowing(b, former), { welcome, keyPackage, former });
}

describe('who is invited to the group that a reinitialisation announced', () => {
  let made: ActiveGroup;
  let welcome: Uint8Array;

  beforeAll(async () => {
    const options = { lifetime: LIFETIME, keyPackages: [bundle.keyPackage] };
    const successor = await reinitGroup(a.env, at(ended.states, 0), options);
    made = successor.state;
    welcome = successor.welcome ?? utf8('');
  });

  const mismatch = { code: 'reinit-mismatch' };

  const ANNOUNCED: readonly (readonly [string, typeof REINIT | undefined])[] = [
    ['was not announced', undefined],
    ['has another identifier than was announced', { ...REINIT, groupId: utf8('else') }],
    ['is of another version than was announced', { ...REINIT, version: 2 }],
    ['is of another suite than was announced', { ...REINIT, cipherSuite: 3 }],
    [
      'has other extensions than were announced',
      { ...REINIT, extensions: [{ extensionType: 3, extensionData: Uint8Array.of(0, 0, 0) }] },
    ],
  ];
  test.each(ANNOUNCED)('does not join one that %s', async (_title, reinit) => {
    const former = withReinit(at(ended.states, 1), reinit);
    await expect(joinGroup(b.env, { welcome, keyPackage: bundle, former })).rejects.toMatchObject(mismatch);
  });

  test('does not join when another epoch than the last one ties it, or no former group is known', async () => {
    const state = at(ended.states, 1);
    const { context } = state.group;
    const later = { ...state.group, context: { ...context, epoch: context.epoch + 1n } };
    const resumption = [{ epoch: context.epoch, psk: state.secrets.resumptionPsk }];
    const former: GroupState = { ...state, group: later, resumption };
    await expect(joinGroup(b.env, { welcome, keyPackage: bundle, former })).rejects.toMatchObject(mismatch);
    await expect(joinGroup(knowing(b, state), { welcome, keyPackage: bundle })).rejects.toMatchObject(
      mismatch,
    );
  });

  test('joins it in epoch 1 alone, and tied to that very group', async () => {
    const usage = ResumptionPskUsage.reinit;
    await expect(invited(ended, made, usage, { context: { epoch: 2n } })).rejects.toMatchObject(mismatch);
    await expect(invited(ended, made, usage, { pskGroupId: utf8('else') })).rejects.toMatchObject(mismatch);
    expect((await invited(ended, made, usage, {})).group.context.groupId).toEqual(REINIT.groupId);
  });

  test('cannot make it where nothing was announced', () => {
    const options = { lifetime: LIFETIME, keyPackages: [bundle.keyPackage] };
    expect(() => reinitGroup(a.env, at(going.states, 0), options)).toThrow(expect.objectContaining(mismatch));
  });
});

describe('who is invited to a branch', () => {
  let made: ActiveGroup;
  const usage = ResumptionPskUsage.branch;
  const mismatch = { code: 'branch-mismatch' };

  beforeAll(async () => {
    const options = { groupId: utf8('branch'), lifetime: LIFETIME, keyPackages: [bundle.keyPackage] };
    made = (await branchGroup(a.env, at(going.states, 0), options)).state;
  });

  test('joins it in epoch 1 alone, and tied to that very group', async () => {
    await expect(invited(going, made, usage, { context: { epoch: 2n } })).rejects.toMatchObject(mismatch);
    await expect(invited(going, made, usage, { pskGroupId: utf8('else') })).rejects.toMatchObject(mismatch);
    expect((await invited(going, made, usage, {})).group.context.groupId).toEqual(utf8('branch'));
  });

  test('does not join one of another version', async () => {
    const { keyPackage, signaturePrivateKey } = bundle;
    const newer = await resignKeyPackage(b.env, made, keyPackage, signaturePrivateKey, { version: 2 });
    const joining = invited(
      going,
      made,
      usage,
      { context: { version: 2 } },
      { ...bundle, keyPackage: newer },
    );
    await expect(joining).rejects.toMatchObject(mismatch);
  });

  test('does not join one of another suite', async () => {
    const [inviter, former] = [at(going.states, 0), at(going.states, 1)];
    const other = await keyPackageFor(b, 3);
    const env = { ...a.env, psks: (id: PreSharedKeyId) => resumptionPsk(inviter, id) };
    const { welcome = utf8('') } = await createCommit(env, await groupOf(a, 3), {
      proposals: [
        { proposalType: ProposalType.add, keyPackage: other.keyPackage },
        { proposalType: ProposalType.psk, psk: pskOf(inviter, usage) },
      ],
      initial: true,
    });
    await expect(joinGroup(b.env, { welcome, keyPackage: other, former })).rejects.toMatchObject(mismatch);
  });
});
