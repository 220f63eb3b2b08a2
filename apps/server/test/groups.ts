/** Real groups for the server's tests: members with our own engine, who commit over HTTP. */
import { type AnswerOf, type BodyOf, conversations } from '@sotto/contract';
import { encodeCbor, systemRandom, toBase64Url } from '@sotto/crypto';
import {
  type ActiveGroup,
  basicCredential,
  type CommitOptions,
  createCommit,
  createGroup,
  type Environment,
  exportGroupInfo,
  type GroupState,
  generateKeyPackage,
  type Identity,
  joinByExternalCommit,
  joinGroup,
  type KeyPackageBundle,
  mergeCommit,
  ProposalType,
  processMessage,
} from '@sotto/mls';
import { nodeProvider } from '@sotto/mls/node';
import { type AccountId, type GroupId, idBytes, newAccountId, newId } from '@sotto/protocol';
import { directAccounts, encodeCredential, encodeDirectContext } from '@sotto/protocol/conversations';
import { type Answered, call, type Joined, randomField, request } from './peer.ts';

export type CommitBody = BodyOf<typeof conversations.commit>;

const CONTEXT = 0xf071;
const LAST_RESORT = 10;
/** Everybody must know our group-context extension (RFC 9420 section 11.1). */
const REQUIRED = { extensionType: 3, extensionData: Uint8Array.of(2, 0xf0, 0x71, 0, 0) };

export const environment: Environment = {
  provider: nodeProvider,
  random: systemRandom,
  now: () => BigInt(Math.floor(Date.now() / 1_000)),
  authentication: { authenticate: () => true },
};

const LIFETIME = { notBefore: 0n, notAfter: 10_000_000_000n };

/** What a device says of itself by the newest state of its account. */
export function identityOf({ person, device }: Pick<Joined, 'person' | 'device'>): Identity {
  const { state } = person.account;
  if (state === null) throw new Error('the account is not published');
  const { number, hash } = state;
  const identity = encodeCredential({
    accountId: person.accountId,
    deviceId: device.id,
    state: { number, hash },
  });
  return {
    credential: basicCredential(identity),
    signatureKeyPair: { publicKey: device.key.publicKey, privateKey: device.seed },
    capabilities: { extensions: [CONTEXT, LAST_RESORT] },
  };
}

export function keyPackageOf(who: Joined, changes: Partial<Identity> = {}): Promise<KeyPackageBundle> {
  return generateKeyPackage(environment, { ...identityOf(who), ...changes, lifetime: LIFETIME });
}

export function fieldOf({ person, device }: Pick<Joined, 'person' | 'device'>) {
  return { accountId: person.accountId, deviceId: device.id };
}

/** The group's extensions: between these two accounts. */
export function extensionsFor(one: AccountId, other: AccountId) {
  const extensionData = encodeDirectContext(directAccounts(one, other));
  return [REQUIRED, { extensionType: CONTEXT, extensionData }];
}

/** A group with a context of no kind that we know. */
export const OTHER_CONTEXT = [
  REQUIRED,
  { extensionType: CONTEXT, extensionData: encodeCbor([1, 'group', []]) },
];

export interface Made {
  readonly body: BodyOf<typeof conversations.createGroup>;
  /** In the order of creator and others. */
  readonly states: readonly ActiveGroup[];
}

/** A group of the creator's and the others' devices, of at most two accounts; not yet at the server. */
export async function makeGroup(
  creator: Joined,
  others: readonly Joined[],
  extensions = extensionsFor(creator.person.accountId, otherAccount(creator, others)),
): Promise<Made> {
  const groupId = newId<GroupId>(systemRandom);
  const identity = identityOf(creator);
  let state = await createGroup(environment, {
    ...identity,
    groupId: idBytes(groupId),
    extensions,
    lifetime: LIFETIME,
  });
  const bundles = await Promise.all(others.map((other) => keyPackageOf(other)));
  const states: ActiveGroup[] = [];
  let field: string | null = null;
  if (others.length > 0) {
    const made = await createCommit(environment, state, { proposals: bundles.map(add), forcePath: true });
    const { welcome } = made;
    if (welcome === undefined) throw new Error('somebody was added');
    state = mergeCommit(environment, made.state, made.staged);
    field = toBase64Url(welcome);
    for (const keyPackage of bundles) states.push(await joinGroup(environment, { welcome, keyPackage }));
  }
  const groupInfo = toBase64Url(await exportGroupInfo(environment, state));
  const body = { groupId, members: others.map(fieldOf), welcome: field, groupInfo };
  return { body, states: [state, ...states] };
}

function otherAccount(creator: Joined, others: readonly Joined[]): AccountId {
  const other = others.find(({ person }) => person.accountId !== creator.person.accountId);
  return other?.person.accountId ?? newAccountId(systemRandom);
}

export function add({ keyPackage }: Pick<KeyPackageBundle, 'keyPackage'>) {
  return { proposalType: ProposalType.add, keyPackage } as const;
}

export function remove(removed: number) {
  return { proposalType: ProposalType.remove, removed } as const;
}

export async function newGroup(creator: Joined, others: readonly Joined[]): Promise<GroupId> {
  const { body } = await makeGroup(creator, others);
  await call(creator.person.url, conversations.createGroup, body, creator.token);
  return body.groupId;
}

export interface Prepared {
  readonly body: CommitBody;
  /** The state of the committer once the commit is taken. */
  readonly next: ActiveGroup;
  readonly bytes: Uint8Array;
  readonly welcome: Uint8Array | undefined;
}

/** A member of a group on one device. */
export class Member {
  readonly who: Joined;
  readonly groupId: GroupId;
  state: ActiveGroup;
  /** The newest handshake entry that it has seen. */
  follows = 0;

  constructor(who: Joined, groupId: GroupId, state: ActiveGroup) {
    this.who = who;
    this.groupId = groupId;
    this.state = state;
  }

  /** A commit with all that belongs to it, unsent. */
  async prepare(options: CommitOptions = {}, some: Partial<CommitBody> = {}): Promise<Prepared> {
    const made = await createCommit(environment, this.state, { forcePath: true, ...options });
    const next = mergeCommit(environment, made.state, made.staged);
    const { commit: bytes, welcome } = made;
    return { body: await this.bodyOf(bytes, next, welcome, some), next, bytes, welcome };
  }

  async bodyOf(
    commit: Uint8Array,
    next: ActiveGroup,
    welcome: Uint8Array | undefined,
    some: Partial<CommitBody> = {},
  ): Promise<CommitBody> {
    return {
      groupId: this.groupId,
      follows: this.follows,
      request: randomField(16),
      commit: toBase64Url(commit),
      groupInfo: toBase64Url(await exportGroupInfo(environment, next)),
      added: [],
      removed: [],
      welcome: welcome === undefined ? null : toBase64Url(welcome),
      ...some,
    };
  }

  /** Commits, and enters the new epoch. Throws unless the server takes it. */
  async commit(options: CommitOptions = {}, some: Partial<CommitBody> = {}): Promise<Prepared> {
    const prepared = await this.prepare(options, some);
    const { number } = await call(this.who.person.url, conversations.commit, prepared.body, this.who.token);
    this.state = prepared.next;
    this.follows = number;
    return prepared;
  }

  /** Sends a commit without entering anything; the answer as it came. */
  send(body: CommitBody): Promise<Answered> {
    const { token, person } = this.who;
    return request(person.url, 'POST', conversations.commit.path, { token, body });
  }

  /** Enters the epoch of another's commit, which was taken as entry `number`. */
  async receive(bytes: Uint8Array, number: number): Promise<void> {
    this.follows = number;
    const received = await processMessage(environment, this.state, bytes);
    if (received.kind !== 'commit') throw new Error('no commit');
    this.state = active(mergeCommit(environment, received.state, received.staged));
  }
}

/** A group at the server, and its members in the order of creator and others. */
export async function groupOf(creator: Joined, others: readonly Joined[]): Promise<readonly Member[]> {
  const { body, states } = await makeGroup(creator, others);
  await call(creator.person.url, conversations.createGroup, body, creator.token);
  return [creator, ...others].map((who, index) => {
    const state = states[index];
    if (state === undefined) throw new Error('a member has a state');
    return new Member(who, body.groupId, state);
  });
}

export interface Joining {
  readonly body: CommitBody;
  readonly member: Member;
  readonly bytes: Uint8Array;
}

/** What a device needs to join by itself, unsent. With `replace`, in place of its own former leaf. */
export async function joining(who: Joined, groupId: GroupId, replace = false): Promise<Joining> {
  const info: AnswerOf<typeof conversations.getGroupInfo> = await call(
    who.person.url,
    conversations.getGroupInfo,
    { groupId },
    who.token,
  );
  const own = Buffer.from(who.device.key.publicKey);
  const { commit, staged } = await joinByExternalCommit(environment, {
    ...identityOf(who),
    groupInfo: new Uint8Array(Buffer.from(info.groupInfo, 'base64url')),
    ...(replace ? { isFormerLeaf: ({ leaf }) => own.equals(leaf.signatureKey) } : {}),
  });
  const member = new Member(who, groupId, staged.state);
  member.follows = info.handshake;
  const body = await member.bodyOf(commit, member.state, undefined, { added: [fieldOf(who)] });
  return { body, member, bytes: commit };
}

function active(state: GroupState): ActiveGroup {
  if (state.status !== 'active') throw new Error('not a member');
  return state;
}
