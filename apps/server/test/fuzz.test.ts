/** Walks the document of the interface and sends to each endpoint what it must refuse: a typed error, nothing changed. */
import { createHash } from 'node:crypto';
import { join as joinPath } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { conversations, directory, ERRORS, identity, isWireErrorCode } from '@sotto/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newGroup } from './groups.ts';
import {
  type Answered,
  call,
  join,
  newDevice,
  prepareAccount,
  randomField,
  request,
  signIn,
} from './peer.ts';
import { cleanUp, start, type TestServer } from './running.ts';

interface Endpoint {
  readonly path: string;
  readonly method: string;
  readonly secured: boolean;
  readonly fields: readonly string[];
}

let server: TestServer;
let tokens: readonly string[];
let endpoints: readonly Endpoint[];

beforeAll(async () => {
  server = await start();
  const { person, token } = await join(server.url, 'alice');
  tokens = [token, await signIn(server.url, 'alice', person.password)];
  const { body } = await request(server.url, 'GET', '/docs/json');
  endpoints = endpointsOf(body as OpenApi).filter(
    ({ path }) => path.startsWith('/api/') && !path.endsWith('/socket'),
  );
});
afterAll(async () => {
  await server.close();
  cleanUp();
});

interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>;
}
interface Operation {
  readonly security?: unknown[];
  readonly requestBody?: { content: { 'application/json': { schema: { properties?: object } } } };
}

function endpointsOf({ paths }: OpenApi): Endpoint[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security, requestBody }]) => ({
      path,
      method: method.toUpperCase(),
      secured: security !== undefined,
      fields: Object.keys(requestBody?.content['application/json'].schema.properties ?? {}),
    })),
  );
}

/** Of every row of every table. */
function digest(): string {
  const database = new DatabaseSync(joinPath(server.data, 'sotto.db'), { readOnly: true });
  const hash = createHash('sha256');
  for (const { name } of database
    .prepare("select name from sqlite_master where type = 'table' order by name")
    .all()) {
    for (const row of database.prepare(`select * from "${String(name)}"`).iterate()) {
      for (const value of Object.values(row))
        hash.update(value instanceof Uint8Array ? value : String(value)).update('|');
    }
  }
  database.close();
  return hash.digest('hex');
}

function expectTyped({ status, body, headers }: Answered, code?: string): void {
  const { code: given, message } = body as { code: string; message: string };
  expect(Object.keys(body as object).sort()).toEqual(['code', 'message']);
  expect(isWireErrorCode(given)).toBe(true);
  if (isWireErrorCode(given)) expect([status, message]).toEqual([ERRORS[given][0], ERRORS[given][1]]);
  if (code !== undefined) expect(given).toBe(code);
  expect(given).not.toBe('server_error');
  expect(headers.get('cache-control')).toBe('no-store');
}

async function unchanged(work: () => Promise<void>): Promise<void> {
  const before = digest();
  await work();
  expect(digest()).toBe(before);
}

it('the document lists every route of the contract, and the socket', async () => {
  const routes = [identity, directory, conversations].flatMap((vertical) => Object.values(vertical));
  const listed = endpoints.map(({ method, path }) => `${method} ${path}`);
  expect(listed.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  const { body } = await request(server.url, 'GET', '/docs/json');
  expect(Object.keys((body as OpenApi).paths)).toEqual(
    expect.arrayContaining(['/api/v1/socket', '/metrics']),
  );
});

it('without a token, or with one that is not ours, the answer is not_signed_in', async () => {
  await unchanged(async () => {
    for (const { method, path } of endpoints.filter(({ secured }) => secured)) {
      const body = method === 'GET' ? {} : { body: {} };
      for (const headers of [
        {},
        { authorization: 'Bearer x' },
        { authorization: `Bearer ${randomField(32)}` },
        { authorization: 'Basic YTpi' },
      ]) {
        expectTyped(await request(server.url, method, path, { ...body, headers }), 'not_signed_in');
      }
    }
  });
});

it('malformed and oversized bodies, wrong types and unknown fields are refused', async () => {
  const broken = ['{', '', 'null', '[]', '"x"', '{"__proto__":{"x":1}}', '{"a":1}', '\u0000'];
  await unchanged(async () => {
    for (const { method, path } of endpoints.filter((endpoint) => endpoint.method !== 'GET')) {
      for (const token of tokens) {
        for (const raw of broken) expectTyped(await request(server.url, method, path, { token, raw }));
        const large = `{"x":"${'x'.repeat(5_000_000)}"}`;
        const tooLarge = await request(server.url, method, path, { token, raw: large }).catch(
          () => undefined,
        );
        if (tooLarge !== undefined) expectTyped(tooLarge);
        const headers = { 'content-type': 'text/plain' };
        expectTyped(await request(server.url, method, path, { token, raw: '{}', headers }));
      }
    }
  });
});

/** Text that begins as nothing of ours does, and numbers that count nothing: `a` would be a name, 0 a position, null no welcome. */
function neverValid(value: unknown): unknown {
  if (typeof value === 'string' || value === null) return `!${value}`;
  return typeof value === 'number' ? -Math.abs(value) - 0.5 : value;
}

it('bodies of the right fields with random values are refused', async () => {
  const withFields = endpoints.filter(({ fields }) => fields.length > 0);
  await unchanged(async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(withFields.length - 1),
        fc.nat(1),
        fc.infiniteStream(fc.jsonValue().map(neverValid)),
        async (at, who, values) => {
          const { method = 'POST', path = '/', fields = [] } = withFields[at] ?? {};
          const body = Object.fromEntries(fields.map((field) => [field, values.next().value]));
          const token = tokens[who] ?? '';
          expectTyped(await request(server.url, method, path, { token, body }));
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('wrong methods and unknown paths are not found', async () => {
  for (const { path, method } of endpoints) {
    const taken = endpoints.filter((endpoint) => endpoint.path === path).map((endpoint) => endpoint.method);
    const other =
      ['GET', 'PUT', 'DELETE'].find((name) => name !== method && !taken.includes(name)) ?? 'PATCH';
    expectTyped(await request(server.url, other, path), 'not_found');
  }
  for (const path of ['/api', '/api/v2/server', '/api/v1/../../etc/passwd', '/api/v1/%00', '/docs/nothing']) {
    expectTyped(await request(server.url, 'GET', path));
  }
});

it('replayed requests change nothing', async () => {
  const { body } = await prepareAccount(server.url, 'bob', await newDevice());
  const create = () => request(server.url, 'POST', identity.createAccount.path, { body });
  expect((await create()).status).toBe(200);
  const { person, token, device } = await join(server.url, 'carol');
  const group = await newGroup({ person, token, device }, []);
  const info = await call(server.url, conversations.getGroupInfo, { groupId: group }, token);
  await unchanged(async () => {
    expectTyped(await create(), 'account_exists');
    const again = { groupId: group, members: [], welcome: null, groupInfo: info.groupInfo };
    const path = conversations.createGroup.path;
    expectTyped(await request(server.url, 'POST', path, { token, body: again }), 'group_exists');
  });
});

it('[X4] deep nesting inside a CBOR field is refused', async () => {
  const { body } = await prepareAccount(server.url, 'dave', await newDevice());
  const { path } = identity.createAccount;
  await unchanged(async () => {
    for (const head of [[0x81], [0xa1, 0x61, 0x61], [0xc1]]) {
      const deep = Buffer.from(Array.from({ length: 20_000 }, () => head).flat());
      const state = deep.toString('base64url');
      expectTyped(await request(server.url, 'POST', path, { body: { ...body, state } }), 'state_invalid');
    }
  });
});

it('[X4] deep nesting is refused at once, and others are served meanwhile', async () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  const { path } = identity.challengeDevice;
  await unchanged(async () => {
    const attacks = Array.from({ length: 50 }, (_, index) =>
      request(server.url, 'POST', path, { raw: index % 2 === 0 ? deep : `{"a":${deep}}` }),
    );
    const others = Array.from({ length: 20 }, () => request(server.url, 'GET', identity.server.path));
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual(others.map(() => 200));
    for (const answer of await Promise.all(attacks)) expectTyped(answer, 'bad_request');
  });
});
