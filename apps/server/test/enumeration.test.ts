/** Who has an account here is not told by how the server answers, and nobody may ask for long (attack K9). */
import { directory, identity } from '@sotto/contract';
import { systemRandom } from '@sotto/crypto';
import { newAccountId } from '@sotto/protocol';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import * as opaque from '../src/identity/testing-opaque.ts';
import { join, randomField, request } from './peer.ts';
import { cleanUp, start, type TestServer } from './running.ts';

const LOCKOUT = '../src/identity/lockout.ts';
const running: TestServer[] = [];
afterEach(async () => {
  vi.doUnmock(LOCKOUT);
  await Promise.all(running.splice(0).map((server) => server.close()));
});
afterAll(cleanUp);

async function run(settings: Parameters<typeof start>[0] = {}, kit = { start }): Promise<TestServer> {
  const server = await kit.start(settings);
  running.push(server);
  return server;
}

describe('[K9] one who asks for names in bulk', () => {
  const LIMIT = 6;
  const PROBES = 10;

  const login = () => opaque.client.startLogin({ password: 'a guess' }).startLoginRequest;
  const register = () => opaque.client.startRegistration({ password: 'a guess' }).registrationRequest;
  const probes: readonly (readonly [string, string, (name: string) => object])[] = [
    ['to sign in by password', identity.startPasswordSignIn.path, (name) => ({ name, request: login() })],
    ['to sign in by recovery code', identity.startRecoverySignIn.path, (name) => ({ name })],
    [
      'to sign up',
      identity.beginAccount.path,
      (name) => ({ name, accountId: newAccountId(systemRandom), registrationRequest: register() }),
    ],
    ['in the directory', directory.lookUp.path, (name) => ({ address: `${name}@localhost`, from: 0 })],
  ];

  async function probe(server: TestServer, path: string, bodyFor: (name: string) => object) {
    await opaque.ready;
    const [prober, other] = [await join(server.url, 'known'), await join(server.url, 'other')];
    const ask = (name: string, from: string, token: string) =>
      request(server.url, 'POST', path, {
        body: bodyFor(name),
        ...(path === directory.lookUp.path ? { token } : {}),
        headers: { 'x-forwarded-for': from, 'x-forwarded-proto': 'https' },
      });
    const statuses: number[] = [];
    for (let i = 0; i < PROBES; i++) {
      const name = i % 2 === 0 ? 'known' : `unknown-${i}`;
      statuses.push((await ask(name, '192.0.2.1', prober.token)).status);
    }
    const meanwhile = await ask('known', '192.0.2.2', other.token);
    return { refused: statuses.map((status) => status === 429), other: meanwhile.status };
  }

  const SETTINGS = { trustProxy: '127.0.0.1', publicUrl: 'https://localhost' };

  it.each(probes)('%s is refused in time, and another is not', async (_, path, bodyFor) => {
    const server = await run({ ...SETTINGS, signInsPerMinute: LIMIT, accountRequestsPerMinute: LIMIT });
    const { refused, other } = await probe(server, path, bodyFor);
    expect(refused).toEqual(refused.map((__, i) => i >= LIMIT));
    expect(other).not.toBe(429);
  });

  it.each(probes)('%s is answered for ever without the limits (control)', async (_, path, bodyFor) => {
    const { refused } = await probe(await run(SETTINGS), path, bodyFor);
    expect(refused).not.toContain(true);
  });
});

describe('[K9] a recovery code that is wrong', () => {
  async function figure(url: string): Promise<number> {
    const { body } = await request(url, 'GET', '/metrics');
    return Number(/^sotto_statements_total (\d+)$/m.exec(String(body))?.[1]);
  }

  /** What an outsider sees of a try, to the byte, and what it costs the server. */
  async function traceOf(url: string, name: string) {
    const before = await figure(url);
    const first = await request(url, 'POST', identity.startRecoverySignIn.path, { body: { name } });
    const { attempt = randomField(32) } = first.body as { attempt?: string };
    const body = { attempt, signature: randomField(64) };
    const second = await request(url, 'POST', identity.finishRecoverySignIn.path, { body });
    const statements = (await figure(url)) - before;
    return {
      statements,
      answers: [first, second].map((answer) => ({
        status: answer.status,
        length: JSON.stringify(answer.body).length,
        fields: Object.keys(answer.body as object),
        headers: [...answer.headers.keys()],
      })),
      refusal: second.body,
    };
  }

  async function threeTraces({ url }: TestServer) {
    await join(url, 'alice');
    const wrong = await traceOf(url, 'alice');
    const unknown = await traceOf(url, 'nobody');
    for (let i = 0; i < 6; i++) await traceOf(url, 'alice');
    return { wrong, unknown, locked: await traceOf(url, 'alice') };
  }

  it('looks the same for a name that is known, unknown or locked, to the byte and the statement', async () => {
    const { wrong, unknown, locked } = await threeTraces(await run());
    expect(wrong.answers.map(({ status }) => status)).toEqual([200, 401]);
    expect(wrong.statements).toBeGreaterThan(2);
    expect(unknown).toEqual(wrong);
    expect(locked).toEqual(wrong);
  });

  it('is told apart where a locked name is answered at once (control)', async () => {
    vi.doMock(LOCKOUT, async (original) => {
      const real = await original<typeof import('../src/identity/lockout.ts')>();
      const { wireErrorOf } = await import('@sotto/contract');
      const beginTry: typeof real.beginTry = async (...input) => {
        if (!(await real.beginTry(...input))) throw wireErrorOf('too_many_requests');
        return true;
      };
      return { ...real, beginTry };
    });
    vi.resetModules();
    const { wrong, locked } = await threeTraces(await run({}, await import('./running.ts')));
    expect(locked).not.toEqual(wrong);
  });
});
