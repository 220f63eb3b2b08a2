/** RFC 9420, sections 11.2, 11.3 and 12.4.3.1: what a group that continues another must be, for who makes and who joins it. */
import { describe, expect, test } from 'vitest';
import { signGroupInfo } from '../../src/group/group-info.ts';
import { pskSecretFor } from '../../src/group/psks.ts';
import { makeWelcome } from '../../src/group/welcome.ts';
import {
  type ActiveGroup,
  basicCredential,
  branchGroup,
  type CreateGroupOptions,
  createCommit,
  createGroup,
  type Environment,
  epochAuthenticator,
  joinGroup,
  type KeyPackageBundle,
  type LeafNode,
  type PreSharedKeyId,
  type Proposal,
  ProposalType,
  type ResumptionPskId,
  reinitGroup,
} from '../../src/index.ts';
import { confirmationTag } from '../../src/schedule/confirmation.ts';
import { startEpoch } from '../../src/schedule/key-schedule.ts';
import { suiteOf } from '../kit/forge.ts';
import {
  at,
  commitAll,
  type Everyone,
  group,
  groupOf,
  keyPackageFor,
  LIFETIME,
  type Person,
  utf8,
} from '../kit/seeded.ts';

const REINIT = {
  proposalType: ProposalType.reinit,
  groupId: utf8('next'),
  version: 1,
  cipherSuite: 1,
  extensions: [],
} as const;

function tie({ group: { context } }: ActiveGroup, usage: 2 | 3, fill = 1): ResumptionPskId {
  const pskNonce = new Uint8Array(32).fill(fill);
  return { pskType: 2, usage, pskGroupId: context.groupId, pskEpoch: context.epoch, pskNonce };
}

const external = (fill: number, length = 32): PreSharedKeyId => ({
  pskType: 1,
  pskId: utf8('shared'),
  pskNonce: new Uint8Array(length).fill(fill),
});

const psks = () => utf8('a shared secret');

/** A Welcome that is right in all but what its list of pre-shared keys says, which no commit was asked for. */
async function welcomeWith(
  { env, identity }: Person,
  former: ActiveGroup,
  keys: readonly PreSharedKeyId[],
  bundle: KeyPackageBundle,
): Promise<Uint8Array> {
  const empty = await groupOf({ name: 'maker', env, identity }, 1, { groupId: utf8('branch') });
  const add = { proposalType: ProposalType.add, keyPackage: bundle.keyPackage } as const;
  const { next } = (await createCommit(env, empty, { proposals: [add] })).staged;
  const suite = suiteOf(env, empty);
  const joinerSecret = new Uint8Array(suite.hashLength).fill(3);
  const pskSecret = await pskSecretFor(env, suite, keys, former);
  const { context } = next.group;
  const { confirmationKey } = startEpoch(suite, joinerSecret, pskSecret, context);
  const tag = confirmationTag(suite, confirmationKey, context.confirmedTranscriptHash);
  const signer = { ...next, group: { ...next.group, confirmationTag: tag } };
  return makeWelcome(
    suite,
    {
      newcomers: [{ keyPackage: bundle.keyPackage, leafIndex: 1 }],
      committer: 0,
      path: undefined,
      joinerSecret,
      pskSecret,
      psks: keys,
      groupInfo: await signGroupInfo(suite, signer, {}),
    },
    env.random,
  );
}

describe('the pre-shared keys of a Welcome', () => {
  async function join(make: (former: ActiveGroup) => readonly PreSharedKeyId[]): Promise<ActiveGroup> {
    const { people, states } = await group(2, 1, {}, { psks });
    const [maker, joiner] = [at(people, 0), at(people, 1)];
    const bundle = await keyPackageFor(joiner);
    const former = at(states, 1);
    const welcome = await welcomeWith(maker, at(states, 0), make(former), bundle);
    return joinGroup(joiner.env, { welcome, keyPackage: bundle, former });
  }

  test('may be one that ties the group to its former one, and others', async () => {
    const joined = await join((former) => [tie(former, 3), external(1), external(2)]);
    expect(joined.group.context.epoch).toBe(1n);
  });

  test.each([
    [
      'two that tie it to a former group',
      'psk-not-alone',
      (former) => [tie(former, 3, 1), tie(former, 3, 2)],
    ],
    ['one for a branch and one for a successor', 'psk-not-alone', (f) => [tie(f, 3, 1), tie(f, 2, 2)]],
    ['one of them twice', 'duplicate-psk', () => [external(1), external(1)]],
    ['a nonce that is too short', 'psk-nonce-length', () => [external(1, 31)]],
    ['no nonce', 'psk-nonce-length', () => [external(1, 0)]],
  ] satisfies [string, string, (former: ActiveGroup) => readonly PreSharedKeyId[]][])(
    'are refused with %s (%s)',
    async (_title, code, make) => {
      await expect(join(make)).rejects.toMatchObject({ code });
    },
  );

  test('are not made so either', async () => {
    const { people, states } = await group(1);
    const [{ env }, former] = [at(people, 0), at(states, 0)];
    const empty = await groupOf(at(people, 0), 1, { groupId: utf8('branch') });
    const proposals = [1, 2].map((fill): Proposal => ({ proposalType: 4, psk: tie(former, 3, fill) }));
    await expect(createCommit(env, empty, { proposals, initial: true })).rejects.toMatchObject({
      code: 'psk-not-alone',
    });
  });
});

/** A group of which everybody knows that it is to be replaced. */
async function closing(count: number, changes: Partial<Environment> = {}): Promise<Everyone> {
  const everyone = await group(count, 1, {}, changes);
  await commitAll(everyone, 0, { proposals: [REINIT] });
  return everyone;
}

/** The successor as a maker makes it who leaves out whom it likes: what `reinitGroup` refuses. */
async function replace(
  { env, identity }: Person,
  former: ActiveGroup,
  bundles: readonly KeyPackageBundle[],
  changes: Partial<CreateGroupOptions> = {},
): Promise<Uint8Array> {
  const { groupId, cipherSuite } = REINIT;
  const options = { ...identity, groupId, cipherSuite, lifetime: LIFETIME, ...changes };
  const psk = { proposalType: ProposalType.psk, psk: tie(former, 2) };
  const adds = bundles.map(({ keyPackage }) => ({ proposalType: ProposalType.add, keyPackage }));
  const resuming = { ...env, psks: () => former.secrets.resumptionPsk };
  const made = await createCommit(resuming, await createGroup(env, options), {
    proposals: [...adds, psk],
    initial: true,
  });
  return made.welcome ?? utf8('');
}

describe('the group that replaces another', () => {
  test('has all of its members, or nobody makes it', async () => {
    const { people, states } = await closing(3);
    const [b, c] = await Promise.all([keyPackageFor(at(people, 1)), keyPackageFor(at(people, 2))]);
    const [{ env }, former] = [at(people, 0), at(states, 0)];
    const without = { lifetime: LIFETIME, keyPackages: [b.keyPackage] };
    await expect(reinitGroup(env, former, without)).rejects.toMatchObject({ code: 'reinit-member-missing' });
    const made = await reinitGroup(env, former, { ...without, keyPackages: [b.keyPackage, c.keyPackage] });
    const welcome = made.welcome ?? utf8('');
    const joined = await joinGroup(at(people, 1).env, { welcome, keyPackage: b, former: at(states, 1) });
    expect(epochAuthenticator(joined)).toEqual(epochAuthenticator(made.state));
  });

  test('is not joined where a member was left out', async () => {
    const { people, states } = await closing(3);
    const bundle = await keyPackageFor(at(people, 1));
    const welcome = await replace(at(people, 0), at(states, 0), [bundle]);
    const former = at(states, 1);
    await expect(joinGroup(at(people, 1).env, { welcome, keyPackage: bundle, former })).rejects.toMatchObject(
      { code: 'reinit-member-missing' },
    );
  });

  test('may have more members than the old one', async () => {
    const { people, states } = await closing(2);
    const more = (await group(3)).people;
    const bundles = await Promise.all([keyPackageFor(at(people, 1)), keyPackageFor(at(more, 2))]);
    const welcome = await replace(at(people, 0), at(states, 0), bundles);
    await joinGroup(at(people, 1).env, { welcome, keyPackage: at(bundles, 0), former: at(states, 1) });
  });

  const renamed = { credential: basicCredential(utf8('person-0, renamed')) };
  const identityOf = ({ credential }: LeafNode): Uint8Array =>
    'identity' in credential ? credential.identity.subarray(0, 8) : utf8('');
  const knowing = { authentication: { authenticate: () => true, identityOf } };

  test('knows a member by its credential alone, unless the application knows it by something else', async () => {
    const { people, states } = await closing(2);
    const [maker, joiner] = [at(people, 0), at(people, 1)];
    const bundle = await keyPackageFor(joiner);
    const options = { lifetime: LIFETIME, keyPackages: [bundle.keyPackage], identity: renamed };
    await expect(reinitGroup(maker.env, at(states, 0), options)).rejects.toMatchObject({
      code: 'reinit-member-missing',
    });
    const made = await reinitGroup({ ...maker.env, ...knowing }, at(states, 0), options);
    const join = { welcome: made.welcome ?? utf8(''), keyPackage: bundle, former: at(states, 1) };
    await expect(joinGroup(joiner.env, join)).rejects.toMatchObject({ code: 'reinit-member-missing' });
    await joinGroup({ ...joiner.env, ...knowing }, join);
  });

  test('has as many leaves of a member as the old one had', async () => {
    const authentication = { authenticate: () => true, identityOf: () => utf8('one person') };
    const { people, states } = await closing(3, { authentication });
    const bundle = await keyPackageFor(at(people, 1));
    const options = { lifetime: LIFETIME, keyPackages: [bundle.keyPackage] };
    await expect(reinitGroup(at(people, 0).env, at(states, 0), options)).rejects.toMatchObject({
      code: 'reinit-member-missing',
    });
  });
});

test('a branch takes a member with no more leaves than it has', async () => {
  const { people, states } = await group(2);
  const bundle = await keyPackageFor(at(people, 1));
  const twin = await keyPackageFor(
    { ...at(people, 1), identity: at((await group(3)).people, 2).identity },
    1,
    {
      credential: at(people, 1).identity.credential,
    },
  );
  const keyPackages = [bundle.keyPackage, twin.keyPackage];
  const options = { groupId: utf8('branch'), lifetime: LIFETIME, keyPackages };
  await expect(branchGroup(at(people, 0).env, at(states, 0), options)).rejects.toMatchObject({
    code: 'branch-mismatch',
  });
});

test('a group of an identifier that this client has is not joined', async () => {
  const { people, states } = await group(1);
  const joiner = at((await group(2)).people, 1);
  const bundle = await keyPackageFor(joiner);
  const add = { proposalType: ProposalType.add, keyPackage: bundle.keyPackage } as const;
  const { welcome = utf8('') } = await createCommit(at(people, 0).env, at(states, 0), { proposals: [add] });
  const asked: Uint8Array[] = [];
  const join = (isKnown: boolean) =>
    joinGroup(joiner.env, {
      welcome,
      keyPackage: bundle,
      isKnownGroup: async (groupId) => {
        asked.push(groupId);
        return isKnown;
      },
    });
  await expect(join(true)).rejects.toMatchObject({ code: 'group-known' });
  await join(false);
  expect(asked).toEqual([utf8('group'), utf8('group')]);
});
