/**
 * The server follows each group by what is public of it: what breaks a rule is refused at once, leaves the epoch open
 * and changes nothing. Each commit here is by a member who signs properly, unless its signature is what is wrong.
 */
import { conversations } from '@sotto/contract';
import { fromBase64Url, systemRandom, toBase64Url } from '@sotto/crypto';
import {
  createProposal,
  decodeMessage,
  encodeMessage,
  exportGroupInfo,
  joinByExternalCommit,
  ProposalType,
  processMessage,
  WireFormat,
} from '@sotto/mls';
import { type GroupId, newAccountId, newId } from '@sotto/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WatchedFollower } from './following-parts.ts';
import { type Commit, type Forgery, flipLast, forge, openMessage, sealMessage } from './forge.ts';
import {
  add,
  type CommitBody,
  environment,
  extensionsFor,
  fieldOf,
  groupOf,
  identityOf,
  joining,
  keyPackageOf,
  type Made,
  type Member,
  makeGroup,
  OTHER_CONTEXT,
  remove,
} from './groups.ts';
import { addDevice, call, type Joined, join, request } from './peer.ts';
import { cleanUp, start, type TestServer } from './running.ts';

let server: TestServer;
let watched: WatchedFollower;
let alice: Joined;
let bob: Joined;
/** A further device of Bob's. */
let phone: Joined;
let mallory: Joined;
let hers: Member;
let his: Member;

beforeAll(async () => {
  server = await start({}, { follower: (platform) => (watched = new WatchedFollower(platform)) });
  [alice, bob] = [await join(server.url, 'alice'), await join(server.url, 'bob')];
  phone = { person: bob.person, ...(await addDevice(bob.person)) };
  mallory = await join(server.url, 'mallory');
});
beforeEach(async () => {
  [hers, his] = (await groupOf(alice, [bob])) as [Member, Member];
});
afterAll(async () => {
  await server.close();
  cleanUp();
});

const field = (bytes: Uint8Array) => toBase64Url(bytes);
const bytesOf = (text: string | null) => fromBase64Url(text ?? '') ?? new Uint8Array();

/** What the server holds of a group that a commit could change. */
async function held(groupId: GroupId) {
  const token = alice.token;
  return {
    info: await call(server.url, conversations.getGroupInfo, { groupId }, token),
    listed: await call(server.url, conversations.listGroups, {}, phone.token),
  };
}

/** An own commit of Alice's without proposals, changed and signed again. */
async function forged(forgery: Forgery): Promise<CommitBody> {
  const { body, bytes } = await hers.prepare();
  return { ...body, commit: field(await forge(hers.state, alice.device.seed, bytes, forgery)) };
}

const proposing = (...proposals: Commit['proposals']) =>
  forged({ commit: (commit) => ({ ...commit, proposals }) });

/** An own commit of Alice's that adds Bob's phone. */
async function adding(who: Joined = phone, some: Partial<CommitBody> = {}) {
  const proposals = [add(await keyPackageOf(who))];
  return await hers.prepare({ proposals }, { added: [fieldOf(who)], ...some });
}

/** The information of Alice's next epoch, changed; its signature is the one that it had. */
async function withInfo(change: (info: Uint8Array) => Uint8Array | Promise<Uint8Array>): Promise<CommitBody> {
  const { body } = await hers.prepare();
  return { ...body, groupInfo: field(await change(bytesOf(body.groupInfo))) };
}

async function infoWithout(type: number): Promise<CommitBody> {
  return await withInfo((bytes) => {
    const message = decodeMessage(bytes);
    if (message?.wireFormat !== WireFormat.groupInfo) throw new Error('no group information');
    const { groupInfo } = message;
    const extensions = groupInfo.extensions.filter(({ extensionType }) => extensionType !== type);
    return encodeMessage({ wireFormat: WireFormat.groupInfo, groupInfo: { ...groupInfo, extensions } });
  });
}

type Case = readonly [title: string, reason: string, make: () => Promise<CommitBody>];

const COMMITS: readonly Case[] = [
  [
    'bytes that are nothing',
    'ours',
    async () => ({ ...(await hers.prepare()).body, commit: field(systemRandom(300)) }),
  ],
  [
    'a GroupInfo in its place',
    'ours',
    async () => {
      const { body } = await hers.prepare();
      return { ...body, commit: body.groupInfo };
    },
  ],
  [
    'a proposal in its place',
    'ours',
    async () => {
      const proposal = await createProposal(environment, hers.state, remove(1));
      return { ...(await hers.prepare()).body, commit: field(proposal.bytes) };
    },
  ],
  ['a commit of another group', 'wrong-group', () => forged({ groupId: systemRandom(16) })],
  ['a commit of an epoch to come', 'ours', () => forged({ epoch: 9n })],
  [
    'a commit of the epoch before its own last one',
    'ours',
    async () => {
      const { body } = await hers.prepare();
      await hers.commit();
      return { ...body, follows: hers.follows, request: field(systemRandom(16)) };
    },
  ],
  [
    'a wrong signature',
    'bad-signature',
    async () => {
      const { body, bytes } = await hers.prepare();
      const message = openMessage(bytes);
      const auth = { ...message.auth, signature: flipLast(message.auth.signature) };
      return { ...body, commit: field(sealMessage({ ...message, auth })) };
    },
  ],
  ['a sender whose leaf is blank', 'ours', () => forged({ sender: { senderType: 'member', leafIndex: 7 } })],
  ['the leaf of another', 'ours', () => forged({ sender: { senderType: 'member', leafIndex: 1 } })],
  ['the commit of another', 'ours', async () => ({ ...(await his.prepare()).body })],
  ['no path', 'ours', () => forged({ commit: (commit) => ({ ...commit, path: undefined }) })],
  [
    'a path that leaves a member out',
    'path-ciphertext-count',
    () =>
      forged({
        commit: ({ path, ...commit }) => ({
          ...commit,
          path: path && { ...path, nodes: path.nodes.map((node) => ({ ...node, encryptedPathSecret: [] })) },
        }),
      }),
  ],
  [
    'a leaf that another key signed',
    'leaf-signature',
    () =>
      forged({
        commit: ({ path, ...commit }) => ({
          ...commit,
          path: path && {
            ...path,
            leafNode: { ...path.leafNode, signature: flipLast(path.leafNode.signature) },
          },
        }),
      }),
  ],
  ['a proposal by reference', 'ours', () => proposing({ reference: systemRandom(48) })],
  [
    'new extensions of the group',
    'ours',
    () => proposing({ proposal: { proposalType: ProposalType.groupContextExtensions, extensions: [] } }),
  ],
  ['the removal of a blank leaf', 'remove-of-blank-leaf', () => proposing({ proposal: remove(5) })],
  ['the removal of its maker', 'remove-committer', () => proposing({ proposal: remove(0) })],
  ['the device of a third account', 'not-authorized', async () => (await adding(mallory)).body],
  [
    'a device with a state that its account never had',
    'not-authorized',
    async () => {
      const { state } = bob.person.account;
      if (state === null) throw new Error('published');
      const forgedState = { ...bob.person.account, state: { ...state, hash: systemRandom(32) } };
      const person = { ...bob.person, account: forgedState };
      return (await adding({ ...phone, person })).body;
    },
  ],
  [
    'a device with another key than its account lists',
    'not-authorized',
    async () => (await adding({ ...phone, device: { ...mallory.device, id: phone.device.id } })).body,
  ],
  [
    'a key package that another key signed',
    'key-package-signature',
    async () => {
      const { body, bytes } = await adding();
      const changed = (commit: Commit) => ({
        ...commit,
        proposals: commit.proposals.map((item) => {
          if (!('proposal' in item) || item.proposal.proposalType !== ProposalType.add) return item;
          const { keyPackage } = item.proposal;
          return {
            proposal: add({ keyPackage: { ...keyPackage, signature: flipLast(keyPackage.signature) } }),
          };
        }),
      });
      const commit = await forge(hers.state, alice.device.seed, bytes, { commit: changed });
      return { ...body, commit: field(commit) };
    },
  ],
  ['an added device that is not named', 'ours', async () => (await adding(phone, { added: [] })).body],
  [
    'a named device that is not added',
    'ours',
    async () => ({ ...(await hers.prepare()).body, added: [fieldOf(phone)] }),
  ],
  [
    'a named device that is not removed',
    'ours',
    async () => ({ ...(await hers.prepare()).body, removed: [bob.device.id] }),
  ],
];

const BESIDE: readonly Case[] = [
  ['a GroupInfo that is none', 'malformed', () => withInfo(() => systemRandom(200))],
  [
    'the GroupInfo of the epoch before',
    'wrong-epoch',
    () => withInfo(() => exportGroupInfo(environment, hers.state)),
  ],
  [
    'the GroupInfo of another group',
    'wrong-group',
    () => withInfo(async () => bytesOf((await makeGroup(alice, [bob])).body.groupInfo)),
  ],
  [
    'the GroupInfo of another commit',
    'tree-hash-mismatch',
    () => withInfo(async () => exportGroupInfo(environment, (await hers.prepare()).next)),
  ],
  ['a GroupInfo without the tree', 'tree-missing', () => infoWithout(2)],
  ['a GroupInfo without an external key', 'external-pub-missing', () => infoWithout(4)],
  ['a GroupInfo with a wrong signature', 'group-info-signature', () => withInfo(flipLast)],
  [
    'a GroupInfo that another member signed',
    'ours',
    async () => {
      const { body, bytes } = await hers.prepare();
      const received = await processMessage(environment, his.state, bytes);
      if (received.kind !== 'commit') throw new Error('a commit');
      return { ...body, groupInfo: field(await exportGroupInfo(environment, received.staged.next)) };
    },
  ],
  [
    "a welcome for a stranger's key package",
    'welcome-mismatch',
    async () => {
      const { body } = await adding();
      const other = await adding();
      return { ...body, welcome: other.body.welcome };
    },
  ],
  ['no welcome for who is added', 'ours', async () => (await adding(phone, { welcome: null })).body],
  [
    'a welcome where nobody is added',
    'ours',
    async () => ({ ...(await hers.prepare()).body, welcome: (await adding()).body.welcome }),
  ],
];

describe('a commit is refused with', () => {
  it.each([...COMMITS, ...BESIDE])('%s (%s)', async (_title, reason, make) => {
    const body = await make();
    const before = await held(hers.groupId);
    expect(await hers.send(body)).toMatchObject({ status: 422, body: { code: 'handshake_invalid' } });
    expect(watched.reason).toBe(reason);
    expect(await held(hers.groupId)).toEqual(before);
    // The epoch is open still: an honest commit is taken, under the next number.
    const { follows } = hers;
    await hers.commit();
    expect(hers.follows).toBe(follows + 1);
  });

  it('a device that left its account meanwhile is a conflict, to be tried again', async () => {
    const eve = await join(server.url, 'eve');
    const [member] = await groupOf(eve, []);
    if (member === undefined) throw new Error('a member');
    const { state } = eve.person.account;
    if (state === null) throw new Error('published');
    const later = { ...eve.person.account, state: { ...state, number: state.number + 1 } };
    const second = { person: eve.person, ...(await addDevice(eve.person)) };
    const ahead = {
      ...second,
      person: { ...eve.person, account: { ...later, state: { ...later.state, number: 9 } } },
    };
    const proposals = [add(await keyPackageOf(ahead))];
    const { body } = await member.prepare({ proposals }, { added: [fieldOf(second)] });
    expect((await member.send(body)).body).toMatchObject({ code: 'state_conflict' });
  });
});

describe('an external commit is refused with', () => {
  const EXTERNAL: readonly Case[] = [
    [
      'the leaf of somebody else in its place',
      'ours',
      async () => {
        const info = await call(
          server.url,
          conversations.getGroupInfo,
          { groupId: hers.groupId },
          phone.token,
        );
        const { commit, staged } = await joinByExternalCommit(environment, {
          ...identityOf(phone),
          groupInfo: bytesOf(info.groupInfo),
          isFormerLeaf: ({ leafIndex }) => leafIndex === 1,
        });
        const some = { added: [fieldOf(phone)], removed: [bob.device.id] };
        return await his.bodyOf(commit, staged.state, undefined, some);
      },
    ],
    [
      'the device of a sister',
      'ours',
      async () => {
        const { body } = await joining({ ...bob, token: phone.token }, hers.groupId, true);
        return { ...body, added: [fieldOf(phone)] };
      },
    ],
  ];
  it.each(EXTERNAL)('%s (%s)', async (_title, reason, make) => {
    const body = await make();
    const { token } = phone;
    const answer = await request(server.url, 'POST', conversations.commit.path, { token, body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'handshake_invalid' } });
    expect(watched.reason).toBe(reason);
    const { body: honest, member, bytes } = await joining(phone, hers.groupId);
    expect((await member.send(honest)).body).toEqual({ number: 1 });
    await hers.receive(bytes, 1);
    await hers.commit({ proposals: [remove(2)] }, { removed: [phone.device.id] });
  });
});

describe('a group is not created with', () => {
  type Creation = readonly [title: string, reason: string, make: () => Promise<Made['body']>];
  const two = () => makeGroup(alice, [bob]);
  const GROUPS: readonly Creation[] = [
    [
      'a GroupInfo that is none',
      'ours',
      async () => ({ ...(await two()).body, groupInfo: field(systemRandom(90)) }),
    ],
    ['another id', 'ours', async () => ({ ...(await two()).body, groupId: newId<GroupId>(systemRandom) })],
    [
      'a wrong signature',
      'group-info-signature',
      async () => {
        const { body } = await two();
        return { ...body, groupInfo: field(flipLast(bytesOf(body.groupInfo))) };
      },
    ],
    ['a member that is not named', 'ours', async () => ({ ...(await two()).body, members: [] })],
    [
      'a named member that is not in it',
      'ours',
      async () => ({ ...(await makeGroup(alice, [])).body, members: [fieldOf(bob)] }),
    ],
    ['no welcome', 'ours', async () => ({ ...(await two()).body, welcome: null })],
    [
      'a welcome for another number',
      'ours',
      async () => ({ ...(await two()).body, welcome: (await makeGroup(alice, [bob, phone])).body.welcome }),
    ],
    ['a purpose that we do not know', 'ours', async () => (await makeGroup(alice, [], OTHER_CONTEXT)).body],
    [
      'the same demand on members twice',
      'ours',
      async () => {
        const [required, ...rest] = extensionsFor(alice.person.accountId, mallory.person.accountId);
        if (required === undefined) throw new Error('an extension');
        const [, ...type] = required.extensionData.subarray(0, 3);
        const twice = { ...required, extensionData: Uint8Array.of(4, ...type, ...type, 0, 0) };
        return (await makeGroup(alice, [], [twice, ...rest])).body;
      },
    ],
    [
      'a member of a third account',
      'not-authorized',
      async () =>
        (await makeGroup(alice, [mallory], extensionsFor(alice.person.accountId, newAccountId(systemRandom))))
          .body,
    ],
    [
      'the signature of somebody else',
      'ours',
      async () => {
        const { body, states } = await two();
        const [, state] = states;
        if (state === undefined) throw new Error('a member');
        return { ...body, groupInfo: field(await exportGroupInfo(environment, state)) };
      },
    ],
  ];
  it.each(GROUPS)('%s (%s)', async (_title, reason, make) => {
    const body = await make();
    const answer = await request(server.url, 'POST', conversations.createGroup.path, {
      token: alice.token,
      body,
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'handshake_invalid' } });
    expect(watched.reason).toBe(reason);
    const { groups } = await call(server.url, conversations.listGroups, {}, alice.token);
    expect(groups.some(({ groupId }) => groupId === body.groupId)).toBe(false);
  });
});
