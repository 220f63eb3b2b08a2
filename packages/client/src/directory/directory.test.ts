/** What a lying directory can do: nothing but withhold. */
import { directory as routes } from '@sotto/contract';
import { toBase64Url } from '@sotto/crypto';
import {
  type HostileServer,
  signUp,
  startHostileServer,
  startTestServer,
  type TestPerson,
  type TestServer,
} from '@sotto/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

let server: TestServer;
let hostile: HostileServer;
let alice: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  server = await startTestServer();
  hostile = await startHostileServer(server.url);
  [alice, bob] = await Promise.all([signUp(hostile.url, 'alice'), signUp(server.url, 'bob')]);
  await alice.device.call('safetyNumber', { address: bob.address });
}, 90_000);
afterEach(() => hostile.behave());
afterAll(async () => {
  for (const { device } of [alice, bob]) await device.dispose();
  await hostile.close();
  await server.close();
});

const start = (address: string) =>
  alice.device.call('startConversation', { address }).then(
    () => 'started',
    (error: { code?: string }) => error.code,
  );

describe('a directory that lies', () => {
  it('cannot give out a known account for another address', async () => {
    hostile.onRequest(routes.lookUp, (body) => ({ ...body, address: bob.address }));
    expect(await start('carol@localhost')).toBe('chain_invalid');
    expect(await start('unknown@localhost')).toBe('chain_invalid');
  });

  it('cannot change a byte of a state', async () => {
    const carol = await signUp(server.url, 'carol');
    hostile.onAnswer(routes.getStates, (answer) => ({ ...answer, states: answer.states.map(changed) }));
    expect(await start(carol.address)).toBe('chain_invalid');
    hostile.behave();
    hostile.onAnswer(routes.lookUp, (answer) => ({ ...answer, accountId: toBase64Url(new Uint8Array(16)) }));
    expect(await start(carol.address)).toBe('unknown_address');
    hostile.behave();
    expect(await start(carol.address)).toBe('started');
    await carol.device.dispose();
  });

  it('cannot keep a client asking for ever', async () => {
    const carla = await signUp(server.url, 'carla');
    const endless = (answer: object) => ({ ...answer, more: true });
    hostile.onAnswer(routes.getStates, endless);
    hostile.onAnswer(routes.lookUp, endless);
    expect(await start(carla.address)).toBe('started');
    await carla.device.dispose();
  });
});

describe('an address of another server', () => {
  it('is refused with a sentence that says so, and nobody is asked', async () => {
    let asked = 0;
    hostile.onRequest(routes.lookUp, (body) => {
      asked += 1;
      return body;
    });
    await expect(
      alice.device.call('startConversation', { address: 'carol@example.org' }),
    ).rejects.toMatchObject({
      code: 'other_server',
      message: 'This server knows only its own people: their addresses end in @localhost.',
    });
    expect(asked).toBe(0);
    expect(await start('nobody-of-that-name@localhost')).toBe('unknown_address');
    expect(asked).toBe(1);
  });
});

function changed(state: string): string {
  const bytes = Buffer.from(state, 'base64url');
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  return toBase64Url(new Uint8Array(bytes));
}
