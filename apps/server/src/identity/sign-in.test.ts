/** Signing in against a real server: who learns what, from what, and how often they may try. */

import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { identity } from '@sotto/contract';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { call, join, PASSWORD, randomField, recover, request, signIn } from '../../test/peer.ts';
import { cleanUp, newFolder, start, type TestServer } from '../../test/running.ts';
import * as opaque from './testing-opaque.ts';

const running: TestServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});
afterAll(cleanUp);

async function run(...options: Parameters<typeof start>): Promise<TestServer> {
  const server = await start(...options);
  running.push(server);
  return server;
}

async function figure(url: string, name: string): Promise<number> {
  const { body } = await request(url, 'GET', '/metrics');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(String(body))?.[1]);
}

/** What an outsider and the operator's figures see of one try that cannot succeed. */
async function traceOf(url: string, name: string, password: string) {
  const before = [
    await figure(url, 'sotto_statements_total'),
    await figure(url, 'sotto_opaque_operations_total'),
  ];
  const login = opaque.client.startLogin({ password });
  const first = await request(url, 'POST', identity.startPasswordSignIn.path, {
    body: { name, request: login.startLoginRequest },
  });
  const { attempt = '', response = '', stretching = null } = first.body as Record<string, string>;
  const finish = opaque.client.finishLogin({
    password,
    clientLoginState: login.clientLoginState,
    loginResponse: response,
  });
  const second = await request(url, 'POST', identity.finishPasswordSignIn.path, {
    body: { attempt, finish: finish?.finishLoginRequest ?? randomField(64) },
  });
  const statements = (await figure(url, 'sotto_statements_total')) - (before[0] ?? 0);
  const operations = (await figure(url, 'sotto_opaque_operations_total')) - (before[1] ?? 0);
  const headers = [first, second].map((answer) => [...answer.headers.keys()].filter((key) => key !== 'date'));
  const sizes = [attempt.length, response.length];
  return {
    known: finish !== undefined,
    statuses: [first.status, second.status],
    body: second.body,
    stretching,
    sizes,
    headers,
    statements,
    operations,
  };
}

/** The three tries that must look alike: a wrong password, an unknown name, and the right password while locked out. */
async function threeTraces(server: TestServer) {
  await opaque.ready;
  await join(server.url, 'alice');
  const wrong = await traceOf(server.url, 'alice', 'not the password');
  const unknown = await traceOf(server.url, 'nobody', 'not the password');
  for (let i = 0; i < 5; i++) await traceOf(server.url, 'alice', 'not the password').catch(() => undefined);
  const locked = await traceOf(server.url, 'alice', PASSWORD);
  return { wrong, unknown, locked };
}

it('[K9] a wrong password, an unknown name and a locked name look alike, to the count of operations', async () => {
  const { wrong, unknown, locked } = await threeTraces(await run());
  expect(wrong).toMatchObject({ known: false, statuses: [200, 401], operations: 2 });
  expect(wrong.statements).toBeGreaterThan(3);
  expect(unknown).toEqual(wrong);
  expect(locked).toEqual(wrong);
});

it('[K9] control: a server that does other work for an unknown name is told apart', async () => {
  vi.resetModules();
  vi.doMock('./opaque.ts', async (importOriginal) => {
    const real = await importOriginal<typeof import('./opaque.ts')>();
    const opaqueServer: typeof real.opaqueServer = async (setup) => {
      const honest = await real.opaqueServer(setup);
      const foreign = opaque.server.createSetup();
      const start: typeof honest.start = (userIdentifier, registrationRecord, startLoginRequest) => {
        if (registrationRecord !== null)
          return honest.start(userIdentifier, registrationRecord, startLoginRequest);
        const fake = { serverSetup: foreign, userIdentifier, registrationRecord, startLoginRequest };
        const { serverLoginState, loginResponse } = opaque.server.startLogin(fake);
        return { state: serverLoginState, response: loginResponse };
      };
      return { ...honest, start };
    };
    return { ...real, opaqueServer };
  });
  const weak = await import('../../test/running.ts');
  const server = await weak.start();
  running.push(server);
  const { wrong, unknown } = await threeTraces(server);
  expect(unknown).not.toEqual(wrong);
  vi.doUnmock('./opaque.ts');
  vi.resetModules();
});

it('five tries are free, then each costs a longer wait, over restarts; a good one clears the count', async () => {
  let time = 1_800_000_000_000;
  const now = () => time;
  const data = newFolder();
  const first = await start({ data }, { now });
  const { person, token } = await join(first.url, 'alice');
  const attempt = (url: string, password = 'not the password') =>
    signIn(url, 'alice', password).catch((error: Error) => error.message);
  for (let i = 0; i < 5; i++) expect(await attempt(first.url)).toBe('wrong password');
  await first.close();
  const second = await run({ data }, { now });
  expect(await attempt(second.url, PASSWORD)).toBe('wrong password');
  time += 29_000;
  expect(await attempt(second.url, PASSWORD)).toBe('wrong password');
  time += 1_001;
  expect(await attempt(second.url)).toBe('wrong password');
  time += 59_000;
  expect(await attempt(second.url, PASSWORD)).toBe('wrong password');
  // The device that is signed in goes on, and the recovery code has a count of its own.
  expect((await request(second.url, 'GET', identity.listDevices.path, { token })).status).toBe(200);
  expect(await recover({ ...person, url: second.url })).toHaveLength(43);
  time += 1_001;
  expect(await attempt(second.url, PASSWORD)).toHaveLength(43);
  for (let i = 0; i < 4; i++) expect(await attempt(second.url)).toBe('wrong password');
  expect(await attempt(second.url, PASSWORD)).toHaveLength(43);
});

it('guesses that never send the second step count as well', async () => {
  const { url } = await run();
  await join(url, 'alice');
  for (let i = 0; i < 5; i++) {
    const { startLoginRequest } = opaque.client.startLogin({ password: `guess ${i}` });
    await call(url, identity.startPasswordSignIn, { name: 'alice', request: startLoginRequest });
  }
  await expect(signIn(url, 'alice', PASSWORD)).rejects.toThrow('wrong password');
});

it('an attempt serves once, and a recovery signature only for its challenge and name', async () => {
  const { url } = await run();
  const { person } = await join(url, 'alice');
  await recover(person);
  const other = await call(url, identity.startRecoverySignIn, { name: 'nobody' });
  const body = { attempt: other.attempt, signature: randomField(64) };
  const path = identity.finishRecoverySignIn.path;
  expect((await request(url, 'POST', path, { body })).body).toMatchObject({ code: 'recovery_refused' });
  expect((await request(url, 'POST', path, { body })).body).toMatchObject({ code: 'recovery_refused' });
  expect(other.challenge).toHaveLength(43);
});

it('[K6] a dump of the database is no verifier of a password; control: with the OPAQUE setup it is', async () => {
  await opaque.ready;
  const server = await run();
  const { person } = await join(server.url, 'alice');
  const dump = everyValue(joinPath(server.data, 'sotto.db'));
  const setup = readFileSync(joinPath(server.data, 'secrets', 'opaque-setup'), 'utf8').trim();
  const verifies = (serverSetup: string) =>
    dump.some((registrationRecord) => guessOffline(serverSetup, registrationRecord, person.accountId));
  expect(dump.length).toBeGreaterThan(20);
  expect(dump.some((value) => value.includes(setup))).toBe(false);
  expect(verifies(opaque.server.createSetup())).toBe(false);
  expect(verifies(setup)).toBe(true);
});

/** Every text and byte string of every table, as base64url where it is bytes. */
function everyValue(file: string): string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
  const rows = tables.flatMap(({ name }) => database.prepare(`select * from "${String(name)}"`).all());
  database.close();
  return rows.flatMap((row) =>
    Object.values(row).flatMap((value) => {
      if (value instanceof Uint8Array) return [Buffer.from(value).toString('base64url')];
      return typeof value === 'string' ? [value] : [];
    }),
  );
}

/** What a thief of `registrationRecord` does who holds `serverSetup`: plays the server, with a guess as the client. */
function guessOffline(serverSetup: string, registrationRecord: string, userIdentifier: string): boolean {
  const login = opaque.client.startLogin({ password: PASSWORD });
  try {
    const { loginResponse } = opaque.server.startLogin({
      serverSetup,
      registrationRecord,
      userIdentifier,
      startLoginRequest: login.startLoginRequest,
    });
    const { clientLoginState } = login;
    return opaque.client.finishLogin({ password: PASSWORD, clientLoginState, loginResponse }) !== undefined;
  } catch {
    return false;
  }
}
