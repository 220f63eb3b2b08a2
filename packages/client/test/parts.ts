/** What the tests of whole devices share: people who talk, one of them through a hostile server. */
import type { Entry, ServerFrame } from '@sotto/contract';
import {
  conversationWith,
  type HostileServer,
  signUp,
  startHostileServer,
  startTestServer,
  type TestDevice,
  type TestPerson,
  type TestServer,
  texts,
} from '@sotto/testkit';

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
 * Alice and bob have greeted each other; bob is connected through a hostile server.
 * @param kit what bob's device is made with: for a control, a copy with a weakened check
 */
export async function openScene(kit: { readonly signUp: typeof signUp } = { signUp }): Promise<Scene> {
  const server = await startTestServer(MANY);
  const hostile = await startHostileServer(server.url);
  const alice = await signUp(server.url, 'alice');
  const bob = await kit.signUp(hostile.url, 'bob');
  const { toBob, toAlice } = await introduce(alice, bob);
  return {
    server,
    hostile,
    alice,
    bob,
    toBob,
    toAlice,
    said: 2,
    async close() {
      for (const { device } of [alice, bob]) await device.dispose();
      await hostile.close();
      await server.close();
    },
  };
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
