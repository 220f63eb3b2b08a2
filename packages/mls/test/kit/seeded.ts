/** Randomness and people for tests: everything follows from a seed. */
import { sha256 } from '@noble/hashes/sha2.js';
import {
  type ActiveGroup,
  basicCredential,
  type CommitOptions,
  type CreateGroupOptions,
  type CryptoProvider,
  createCommit,
  createGroup,
  type Environment,
  encryptApplication,
  type GroupState,
  generateKeyPackage,
  type Identity,
  joinGroup,
  type KeyPackageBundle,
  type KeyPackageOptions,
  mergeCommit,
  ProposalType,
  processMessage,
  type Random,
  type ReceivedCommit,
  type StagedCommit,
  universalProvider,
} from '../../src/index.ts';

/** The fastest one that this platform can load. */
const provider: CryptoProvider =
  'document' in globalThis
    ? universalProvider
    : (await import('../../src/crypto/node/index.ts')).nodeProvider;

/** A stream of bytes that depends on the seed only. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  let pool: Uint8Array = new Uint8Array(0);
  return (length) => {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      if (pool.length === 0) pool = sha256(new TextEncoder().encode(`${seed} ${counter++}`));
      const take = pool.subarray(0, length - at);
      out.set(take, at);
      at += take.length;
      pool = pool.subarray(take.length);
    }
    return out;
  };
}

/** A whole number below `limit`. */
export function pick(random: Random, limit: number): number {
  const [a = 0, b = 0, c = 0] = random(3);
  return (a * 65536 + b * 256 + c) % limit;
}

export const LIFETIME = { notBefore: 0n, notAfter: 10_000_000_000n };

function environment(seed: string, changes: Partial<Environment> = {}): Environment {
  return {
    provider,
    authentication: { authenticate: () => true },
    now: () => 1_000_000_000n,
    random: seededRandom(seed),
    ...changes,
  };
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export interface Person {
  readonly name: string;
  readonly env: Environment;
  readonly identity: Identity;
}

export async function person(name: string, suiteId = 1, changes: Partial<Environment> = {}): Promise<Person> {
  const env = environment(name, changes);
  const suite = env.provider.suite(suiteId);
  if (suite === undefined) throw new Error(`no suite ${suiteId}`);
  const signatureKeyPair = await suite.generateSignatureKeyPair(env.random);
  return { name, env, identity: { credential: basicCredential(utf8(name)), signatureKeyPair } };
}

export function keyPackageFor(
  { env, identity }: Person,
  suiteId = 1,
  changes: Partial<KeyPackageOptions> = {},
): Promise<KeyPackageBundle> {
  return generateKeyPackage(env, { ...identity, cipherSuite: suiteId, lifetime: LIFETIME, ...changes });
}

export function groupOf(
  creator: Person,
  suiteId = 1,
  changes: Partial<CreateGroupOptions> = {},
): Promise<ActiveGroup> {
  const { env, identity } = creator;
  return createGroup(env, {
    ...identity,
    cipherSuite: suiteId,
    groupId: utf8('group'),
    lifetime: LIFETIME,
    ...changes,
  });
}

/** The state that a commit leads to; throws when it closes the group. */
export function merged(
  commit: { readonly state: GroupState; readonly staged: Pick<StagedCommit, 'next'> },
  env: Environment = environment('merging'),
): ActiveGroup {
  const state = mergeCommit(env, commit.state, commit.staged);
  if (state.status !== 'active') throw new Error('removed');
  return state;
}

export async function receiveCommit(
  { env }: Person,
  state: GroupState,
  bytes: Uint8Array,
): Promise<ReceivedCommit> {
  const received = await processMessage(env, state, bytes);
  if (received.kind !== 'commit') throw new Error(`expected a commit, got ${received.kind}`);
  return received;
}

export interface Everyone {
  readonly people: readonly Person[];
  readonly states: ActiveGroup[];
}

/** A group of people named a, b, c, …, all joined; the first one created it. */
export async function group(
  count: number,
  suiteId = 1,
  create: Partial<CreateGroupOptions> = {},
  changes: Partial<Environment> = {},
): Promise<Everyone> {
  const names = Array.from({ length: count }, (_, i) => `person-${i}`);
  const people = await Promise.all(names.map((name) => person(name, suiteId, changes)));
  const [first, ...others] = people;
  if (first === undefined) throw new Error('nobody');
  const leafChanges = create.capabilities === undefined ? {} : { capabilities: create.capabilities };
  let state = await groupOf(first, suiteId, create);
  if (others.length === 0) return { people, states: [state] };
  const bundles = await Promise.all(others.map((other) => keyPackageFor(other, suiteId, leafChanges)));
  const options: CommitOptions = {
    proposals: bundles.map(({ keyPackage }) => ({ proposalType: ProposalType.add, keyPackage })),
    forcePath: true,
  };
  const created = await createCommit(first.env, state, options);
  state = merged(created);
  const { welcome } = created;
  if (welcome === undefined) throw new Error('no welcome');
  const joined = await Promise.all(
    bundles.map((keyPackage, i) => joinGroup(others[i]?.env ?? first.env, { welcome, keyPackage })),
  );
  return { people, states: [state, ...joined] };
}

/** Makes one member commit and everybody else follow. */
export async function commitAll(
  everyone: Everyone,
  committer: number,
  options: CommitOptions,
): Promise<{ readonly commit: Uint8Array; readonly welcome: Uint8Array | undefined }> {
  const { people, states } = everyone;
  const created = await createCommit(at(people, committer).env, at(states, committer), options);
  for (const [i, state] of states.entries()) {
    if (i === committer || state.status !== 'active') continue;
    const received = await receiveCommit(at(people, i), state, created.commit);
    if (!received.staged.selfRemoved) states[i] = merged(received, at(people, i).env);
  }
  states[committer] = merged(created, at(people, committer).env);
  return created;
}

/** Letters that one of them sends, and whose state is the later one then. */
export async function letters(count: number, everyone: Everyone, sender: number): Promise<Uint8Array[]> {
  const { env } = at(everyone.people, sender);
  const out: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const sent = await encryptApplication(env, at(everyone.states, sender), utf8(`${i}`));
    everyone.states[sender] = sent.state;
    out.push(sent.bytes);
  }
  return out;
}

/** The element at an index that must exist. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
}
