/** Devices for the tests of the engine: real ones, with seeded or system randomness. */
import { encodeCbor, type Random, SottoError, signingKeyFromSeed, systemRandom, utf8 } from '@sotto/crypto';
import { expect } from 'vitest';
import type {
  Authenticate,
  CommitRequest,
  Group,
  KeptGroup,
  MlsEngine,
  MlsErrorCode,
  Received,
} from '../../mls-engine.ts';
import { createMlsEngine } from '../node.ts';

export const everyone: Authenticate = () => true;
const LIFETIME = { notBefore: 0, notAfter: 4_000_000_000 };
export const GROUP_ID = new Uint8Array(16).fill(7);
const CONTEXT = encodeCbor([1, 'direct', [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)]]);

/** One device: its engine, and its view of the one group of a test. */
export interface Device {
  readonly name: string;
  readonly engine: MlsEngine;
  readonly identity: Uint8Array<ArrayBuffer>;
  group: Group;
}

export async function newEngine(random: Random = systemRandom): Promise<MlsEngine> {
  return createMlsEngine(random, await signingKeyFromSeed(systemRandom(32)));
}

export async function newKeyPackage(engine: MlsEngine, name: string, lastResort = false) {
  return engine.createKeyPackage({ identity: utf8(name), lastResort, lifetime: LIFETIME });
}

/** A device alone in a new group. */
export async function founder(name: string): Promise<Device> {
  const engine = await newEngine();
  const group = await engine.createGroup(GROUP_ID, utf8(name), CONTEXT);
  return { name, engine, identity: utf8(name), group };
}

/** Commits, and lets every other device follow. */
export async function commitAs(
  by: Device,
  others: readonly Device[],
  request: Omit<CommitRequest, 'authenticate'>,
) {
  const made = await by.engine.commit(by.group, { ...request, authenticate: everyone });
  by.group = await by.engine.adopt(by.group, made.pending);
  for (const other of others) await follow(other, made.commit);
  return made;
}

export async function follow(device: Device, commit: Uint8Array): Promise<void> {
  const received = await device.engine.process(device.group, commit, everyone);
  if (received.kind !== 'commit') throw new TypeError('not a commit');
  device.group = received.merge();
}

/** Adds a new device by welcome. */
export async function invite(by: Device, others: readonly Device[], name: string): Promise<Device> {
  const engine = await newEngine();
  const pair = await newKeyPackage(engine, name);
  const { welcome } = await commitAs(by, others, { add: [pair.publicBytes] });
  if (welcome === null) throw new TypeError('no welcome');
  const { group } = await engine.join(welcome, [pair], everyone);
  return { name, engine, identity: utf8(name), group };
}

/** The device's group as it is after it was written down and read back. */
export async function reopened({ engine, group }: Device): Promise<Group> {
  return engine.decode(kept(engine, group));
}

/** The group at rest, as who keeps it for the first time writes it. */
export function kept(engine: MlsEngine, group: Group): KeptGroup {
  const { fixed, moving } = engine.encode(group);
  if (fixed === null) throw new TypeError('the first time all is written');
  return { fixed, moving };
}

export async function say(from: Device, text: string): Promise<Uint8Array> {
  const { message, group } = await from.engine.encrypt(from.group, utf8(text));
  from.group = group;
  return message;
}

export async function hear(
  to: Device,
  message: Uint8Array,
): Promise<Extract<Received, { kind: 'application' }>> {
  const received = await to.engine.process(to.group, message, everyone);
  if (received.kind !== 'application') throw new TypeError('not a message');
  to.group = received.group;
  return received;
}

/** Two people, one device each. */
export async function pair(): Promise<[Device, Device]> {
  const alice = await founder('alice');
  return [alice, await invite(alice, [], 'bob')];
}

/** A new device that lets itself in. */
export async function joinFromOutside(groupInfo: Uint8Array, name: string) {
  const engine = await newEngine();
  const identity = utf8(name);
  const options = { replaceOwn: false, authenticate: everyone };
  const { commit, group, groupInfo: next } = await engine.joinExternally(groupInfo, identity, options);
  const device: Device = { name, engine, identity, group };
  return { device, commit, groupInfo: next };
}

export async function failsWith(code: MlsErrorCode, act: Promise<unknown>): Promise<void> {
  const outcome = await act.then(
    () => 'no error',
    (error: unknown) => (error instanceof SottoError ? error.code : error),
  );
  expect(outcome).toBe(code);
}
