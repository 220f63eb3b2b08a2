/** What the tests of whole devices share: people who talk, one of them through a hostile server. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry, ServerFrame } from '@sotto/contract';
import { recordKey, systemRandom } from '@sotto/crypto';
import {
  conversationWith,
  type HostileServer,
  openTestDevice,
  signUp,
  startHostileServer,
  startTestServer,
  type TestDevice,
  type TestPerson,
  type TestServer,
  texts,
} from '@sotto/testkit';
import { inject } from 'vitest';
import { SERVER_KEY } from '../src/device.ts';
import { openProfileKey, openSqliteStore } from '../src/node/index.ts';
import { SealedStore } from '../src/store/sealed-store.ts';
import { openStoreKey } from '../src/store/store-key.ts';
import type { PreparedPerson } from './prepare.ts';

/** For setting up: a machine that is busy signs up slowly. */
export const LONG = 90_000;

/** More than any test asks for. */
export const MANY = {
  signInsPerMinute: 100_000,
  requestsPerMinute: 100_000,
  accountRequestsPerMinute: 100_000,
} as const;

export interface Scene {
  readonly server: TestServer;
  /** Between bob and the server. */
  readonly hostile: HostileServer;
  readonly alice: TestPerson;
  readonly bob: TestPerson;
  /** Alice's conversation with bob. */
  readonly toBob: string;
  /** Bob's with alice. */
  readonly toAlice: string;
  /** How many texts bob has read. */
  said: number;
  close(): Promise<void>;
}

/**
 * Alice and bob have greeted each other (prepare.ts); bob is connected through a hostile server.
 * @param kit what bob's device is made with: for a control, a copy with a weakened check
 */
export async function openScene(kit: Kit = { openTestDevice }): Promise<Scene> {
  const { alice, bob, data, ...conversations } = inject('scene');
  const stage = await openStage(copyOf(data));
  const people = {
    alice: await wake(alice, stage.server.url, { openTestDevice }),
    bob: await wake(bob, stage.hostile.url, kit),
  };
  return sceneOf(stage, people, conversations);
}

/** A scene whose people meet now, so that the hostile server has seen how they did. */
export async function openNewScene(kit: { readonly signUp: typeof signUp } = { signUp }): Promise<Scene> {
  const stage = await openStage(mkdtempSync(join(tmpdir(), 'sotto-server-')));
  const alice = await signUp(stage.server.url, 'alice');
  const bob = await kit.signUp(stage.hostile.url, 'bob');
  return sceneOf(stage, { alice, bob }, await introduce(alice, bob));
}

interface Stage {
  readonly server: TestServer;
  readonly hostile: HostileServer;
  close(): Promise<void>;
}

/** A server on this data folder, which goes with it, behind a hostile one. */
async function openStage(data: string): Promise<Stage> {
  const server = await startTestServer({ ...MANY, data });
  const hostile = await startHostileServer(server.url);
  return {
    server,
    hostile,
    async close() {
      await hostile.close();
      await server.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function sceneOf(
  stage: Stage,
  { alice, bob }: { readonly alice: TestPerson; readonly bob: TestPerson },
  conversations: { readonly toBob: string; readonly toAlice: string },
): Scene {
  return {
    ...stage,
    ...conversations,
    alice,
    bob,
    said: 2,
    async close() {
      for (const { device } of [alice, bob]) await device.dispose();
      await stage.close();
    },
  };
}

type Kit = { readonly openTestDevice: typeof openTestDevice };

/** Starts a copy of a prepared person's device at a server, and waits until it is online. */
async function wake({ home, ...person }: PreparedPerson, url: string, kit: Kit): Promise<TestPerson> {
  const copy = copyOf(home);
  await moveProfile(copy, url);
  const device = await kit.openTestDevice(url, { home: copy });
  await isOnline(device);
  return { ...person, device };
}

/** Makes a profile one of the server at another address. */
async function moveProfile(home: string, url: string): Promise<void> {
  const store = await openSqliteStore(join(home, 'profile.db'));
  const opened = await openStoreKey({
    store,
    profileKey: openProfileKey(home, systemRandom),
  });
  if (opened.state !== 'open') throw new TypeError(`The profile is ${opened.state}.`);
  const sealed = SealedStore.open(store, await recordKey(opened.key), systemRandom);
  await sealed.batch([{ put: SERVER_KEY, value: url }]);
  await store.close();
}

function copyOf(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'sotto-copy-'));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Alice writes, bob accepts and answers, and each has the other's text. */
export async function introduce(
  alice: TestPerson,
  bob: TestPerson,
): Promise<{ toBob: string; toAlice: string }> {
  const { id: toBob } = await alice.device.call('startConversation', { address: bob.address });
  await alice.device.call('send', { conversation: toBob, text: 'hello' });
  const toAlice = await conversationWith(bob.device, alice.address);
  await texts(bob.device, toAlice, 1);
  await bob.device.call('acceptRequest', { conversation: toAlice });
  await bob.device.call('send', { conversation: toAlice, text: 'good day' });
  await settled(alice.device, toBob);
  await settled(bob.device, toAlice);
  await texts(alice.device, toBob, 2);
  return { toBob, toAlice };
}

/** Waits until each own message was delivered. */
export async function settled(device: TestDevice, conversation: string): Promise<void> {
  await device.until('items', { conversation, limit: 1_000 }, ({ items }) =>
    items.every(
      (item) => item.kind !== 'message' || !item.own || ['delivered', 'read'].includes(item.status),
    ),
  );
}

/** The newest lines of a conversation as `kind: text`. */
export async function lines(device: TestDevice, conversation: string): Promise<readonly string[]> {
  const { items } = await device.until('items', { conversation, limit: 1_000 }, () => true);
  return items.map((item) => `${item.kind}: ${item.text}`);
}

/** Waits until a line with that text stands there. */
export async function untilLine(device: TestDevice, conversation: string, part: string): Promise<void> {
  await device.until('items', { conversation, limit: 1_000 }, ({ items }) =>
    items.some(({ text }) => text.includes(part)),
  );
}

/** The code of what an act fails with, or 'done'. */
export async function outcome(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

export const isOnline = (device: TestDevice) =>
  device.until('session', null, (value) => value.state === 'signed-in' && value.connection === 'online');

/** Lets the entries of frames go through `change`, all else as it is. */
export function entriesRule(change: (entry: Entry, frame: EntriesFrame) => readonly Entry[]) {
  return (frame: ServerFrame, pass: (next: ServerFrame | Uint8Array) => void): void => {
    if (frame.type !== 'entries') pass(frame);
    else pass({ ...frame, entries: frame.entries.flatMap((entry) => change(entry, frame)) });
  };
}

export type EntriesFrame = Extract<ServerFrame, { type: 'entries' }>;
