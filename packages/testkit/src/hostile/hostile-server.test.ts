/** The hostile server does what its rules say, and without rules nothing. */
import { directory, identity, type ServerFrame } from '@sotto/contract';
import { hasCode } from '@sotto/crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  conversationWith,
  type HostileServer,
  LOST,
  openTestDevice,
  Reply,
  refusal,
  signUp,
  startHostileServer,
  startTestServer,
  type TestDevice,
  type TestPerson,
  type TestServer,
  texts,
} from '../index.ts';

let server: TestServer;
let hostile: HostileServer;
let alice: TestPerson;
let bob: TestPerson;
let newcomer: TestDevice;
let fromBob: string;

beforeAll(async () => {
  server = await startTestServer();
  hostile = await startHostileServer(server.url);
  alice = await signUp(server.url, 'alice');
  bob = await signUp(hostile.url, 'bob');
  newcomer = await openTestDevice(hostile.url);
  const { id } = await alice.device.call('startConversation', { address: bob.address });
  await alice.device.call('send', { conversation: id, text: 'hello' });
  fromBob = await conversationWith(bob.device, alice.address);
  await bob.device.call('acceptRequest', { conversation: fromBob });
  await alice.device.until('items', { conversation: id, limit: 9 }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.status === 'delivered'),
  );
}, 90_000);

beforeEach(() => hostile.behave());

afterAll(async () => {
  for (const device of [alice.device, bob.device, newcomer]) await device.dispose();
  await hostile.close();
  await server.close();
});

const signIn = () =>
  newcomer.call('signIn', { address: 'bob@localhost', password: 'x', deviceName: '' }).then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

describe('a hostile server', () => {
  it('lets pass and records what no rule is about', async () => {
    expect(await texts(bob.device, fromBob, 1)).toEqual(['hello']);
    const paths = hostile.traffic.exchanges.map(({ path }) => path);
    expect(paths).toContain(identity.createAccount.path);
    expect(hostile.traffic.clientFrames[0]?.type).toBe('hello');
    expect(hostile.traffic.serverFrames[0]?.type).toBe('ready');
    expect(hostile.passed().length).toBeGreaterThan(10);
  });

  it('answers for itself, breaks off, and rewrites requests and answers', async () => {
    hostile.onRequest(identity.startPasswordSignIn, () => refusal(429, 'too_many_requests'));
    expect(await signIn()).toBe('too_many_requests');
    hostile.behave();
    hostile.onRequest(identity.startPasswordSignIn, () => LOST);
    expect(await signIn()).toBe('offline');
    hostile.behave();
    hostile.onAnswer(identity.server, (answer) => ({ ...answer, domain: 'elsewhere' }));
    expect(await signIn()).toBe('other_server');
    hostile.behave();
    hostile.onAnswer(identity.server, () => new Reply(200, ['no', 'such', 'thing']));
    expect(await signIn()).toBe('server_answer_invalid');
    hostile.behave();
    const stop = hostile.onRequest(directory.lookUp, (body) => ({ ...body, address: alice.address }));
    const found = await bob.device.call('startConversation', { address: 'nobody@localhost' }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(hasCode(found, 'chain_invalid')).toBe(true);
    stop();
  });

  it('withholds, invents and delays frames', async () => {
    const kept: (() => void)[] = [];
    hostile.onServerFrame((frame, pass) => {
      if (frame.type === 'entries') kept.push(() => pass(frame));
      else pass(frame);
    });
    const toBob = await conversationWith(alice.device, bob.address);
    await alice.device.call('send', { conversation: toBob, text: 'late' });
    await expect.poll(() => kept.length, { timeout: 20_000 }).toBe(1);
    const invented: ServerFrame = { type: 'closing', code: 'going_down' };
    hostile.links.at(-1)?.toClient(invented);
    kept[0]?.();
    expect(await texts(bob.device, fromBob, 2)).toEqual(['hello', 'late']);
  });

  it('breaks connections, which come again', async () => {
    hostile.forget();
    hostile.cut();
    await bob.device.until(
      'session',
      null,
      (value) => 'connection' in value && value.connection !== 'online',
    );
    await bob.device.until(
      'session',
      null,
      (value) => 'connection' in value && value.connection === 'online',
    );
    expect(hostile.traffic.clientFrames[0]?.type).toBe('hello');
  });
});
