/** What the HTTP server does before any route: limits, who may talk to it, headers, the web app, the log. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get, request as rawRequest } from 'node:http';
import { get as getSecurely } from 'node:https';
import { networkInterfaces } from 'node:os';
import { join as joinPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conversations, encodeClientFrame, identity, LIMITS } from '@sotto/contract';
import { systemRandom } from '@sotto/crypto';
import { afterAll, afterEach, expect, it } from 'vitest';
import { httpsPage } from '../src/platform/http/https-page.ts';
import { headersFor } from '../src/platform/http/web-app.ts';
import { newGroup } from './groups.ts';
import { call, join, PASSWORD, request, signIn, TestSocket } from './peer.ts';
import { cleanUp, newFolder, start, type TestServer } from './running.ts';

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

/** With headers that fetch does not let a page set. */
function raw(url: string, path: string, headers: Record<string, string>, method = 'GET') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const sent = rawRequest(url + path, { method, headers }, (response) => {
        let text = '';
        response.on('data', (piece) => (text += piece));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      sent.on('error', reject).end();
    },
  );
}

it('[X4] one account that floods gets 429 while another is served', async () => {
  const { url } = await run({ accountRequestsPerMinute: 20 });
  const [alice, bob] = [await join(url, 'alice'), await join(url, 'bob')];
  const list = (token: string) => request(url, 'GET', conversations.listGroups.path, { token });
  const flood = await Promise.all(Array.from({ length: 40 }, () => list(alice.token)));
  expect(flood.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(flood.find(({ status }) => status === 429)?.body).toMatchObject({ code: 'too_many_requests' });
  expect((await list(bob.token)).status).toBe(200);
});

it('[X4] control: without the limit the same flood is served whole', async () => {
  const { url } = await run();
  const { token } = await join(url, 'alice');
  const list = () => request(url, 'GET', conversations.listGroups.path, { token });
  const flood = await Promise.all(Array.from({ length: 40 }, list));
  expect(flood.map(({ status }) => status)).toEqual(flood.map(() => 200));
});

it('[X4] one address that floods gets 429 while another is served, and signing in is stricter', async () => {
  const { url } = await run({
    requestsPerMinute: 20,
    signInsPerMinute: 3,
    trustProxy: '127.0.0.1',
    publicUrl: 'https://localhost',
  });
  const from = (ip: string, path: string, method = 'GET') =>
    raw(url, path, { 'x-forwarded-for': ip, 'x-forwarded-proto': 'https' }, method);
  const flood = await Promise.all(Array.from({ length: 30 }, () => from('192.0.2.1', identity.server.path)));
  expect(flood.filter(({ status }) => status === 429)).toHaveLength(10);
  expect((await from('192.0.2.2', identity.server.path)).status).toBe(200);
  const tries = [];
  for (let i = 0; i < 5; i++)
    tries.push((await from('192.0.2.3', identity.startPasswordSignIn.path, 'POST')).status);
  expect(tries).toEqual([400, 400, 400, 429, 429]);
});

it('[X4] a connection that submits more than it may is ended, and others go on', async () => {
  const { url } = await run();
  const [alice, bob] = [await join(url, 'alice'), await join(url, 'bob')];
  const group = await newGroup(alice, [bob]);
  const [hers, his] = [await TestSocket.connect(url, alice.token), await TestSocket.connect(url, bob.token)];
  const frames = Array.from({ length: 2_000 }, (_, index) =>
    encodeClientFrame({ type: 'submit', counter: index + 1, stream: group, bytes: systemRandom(8) }),
  );
  for (const frame of frames) hers.sendRaw(frame);
  his.submit(1, group, systemRandom(8));
  await his.until(({ type }) => type === 'entries');
  const ended = hers.until(({ type }) => type === 'closing').catch(() => undefined);
  expect([undefined, 'too_many_requests']).toContain(((await ended) as { code?: string } | undefined)?.code);
  expect(LIMITS.submissions).toBe(64);
  await his.until(() => his.entries.get(group)?.some(({ sender }) => sender === bob.device.id) === true);
  await his.close();
});

it('with a certificate it speaks HTTPS and says so for a year', async () => {
  const [tlsCert, tlsKey] = ['test-certificate.pem', 'test-key.pem'].map((name) =>
    fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)),
  );
  const { url } = await run({ tlsCert, tlsKey });
  expect(url).toMatch(/^https:/);
  const answer = await new Promise<{ status: number | undefined; hsts: unknown }>((resolve, reject) => {
    const ca = readFileSync(tlsCert ?? '');
    const asked = getSecurely(`${url}/api/v1/server`, { ca, servername: 'localhost' }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, hsts: response.headers['strict-transport-security'] });
    });
    asked.on('error', reject);
  });
  expect(answer).toEqual({ status: 200, hsts: 'max-age=31536000' });
  await expect(run({ tlsCert: '/nothing', tlsKey })).rejects.toMatchObject({ code: 'settings_invalid' });
});

it('over plain HTTP another machine gets a page that says why, and an error for the API', async () => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
  const server = await run({ host: '0.0.0.0', trustProxy: '127.0.0.1' });
  const asked =
    outside === undefined
      ? (path: string) =>
          raw(server.url, path, { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'http' })
      : (path: string) => raw(`http://${outside}:${server.port}`, path, {});
  const page = await asked('/anything');
  expect(page.status).toBe(403);
  expect(page.text).toContain('HTTPS');
  expect(page.text.match(/<p>/g)).toHaveLength(3);
  expect(page.text).toContain('--domain sotto.example.org --data ./sotto-data --tls-cert');
  expect(page.text).toContain(`http://localhost:${server.port}<`);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(JSON.parse((await asked('/api/v1/server')).text)).toMatchObject({ code: 'https_needed' });
});

it('the page for a server that has a name says its own domain, and keeps its data', () => {
  const page = httpsPage({ domain: 'chat.example.org' }, 8555);
  expect(page).toContain('<code>sotto serve --domain chat.example.org --tls-cert');
  expect(page).not.toContain('--data');
  expect(page).toContain('http://localhost:8555<');
});

it.each([
  ['localhost', {}, 200],
  ['127.0.0.1', {}, 200],
  ['[::1]', {}, 200],
  ['evil.example', {}, 403],
  ['localhost.evil.example', {}, 403],
  ['localhost', { origin: 'http://evil.example' }, 200],
])('on this machine the host %s with %j is answered with %i', async (host, headers, status) => {
  const { url, port } = await run();
  expect((await raw(url, '/api/v1/server', { host: `${host}:${port}`, ...headers })).status).toBe(status);
});

it('a page of another origin may change nothing and open no socket', async () => {
  const { url, port } = await run();
  const { path } = identity.challengeDevice;
  expect((await raw(url, path, { origin: 'http://evil.example' }, 'POST')).status).toBe(403);
  expect((await raw(url, path, { origin: `http://127.0.0.1:${port}` }, 'POST')).status).toBe(400);
  const upgrade = (origin: string) =>
    new Promise<number>((resolve) => {
      const sent = get(`${url}/api/v1/socket`, {
        headers: {
          origin,
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        },
      });
      sent.on('response', (response) => resolve(response.statusCode ?? 0));
      sent.on('upgrade', (_, socket) => {
        socket.destroy();
        resolve(101);
      });
    });
  expect(await upgrade('http://evil.example')).toBe(403);
  expect(await upgrade(`http://127.0.0.1:${port}`)).toBe(101);
});

it('the web app is served with the headers of its build, precompressed, with its page for its own addresses', async () => {
  const webDir = newFolder();
  mkdirSync(joinPath(webDir, 'assets'));
  const files = {
    'index.html': '<!doctype html><title>x</title>',
    'index.html.br': 'compressed page',
    'assets/app-1234.js': 'plain script',
    'assets/app-1234.js.br': 'compressed script',
    'headers.json': JSON.stringify({
      '/': { 'x-part': 'page' },
      '/assets/': { 'x-part': 'asset', 'cache-control': 'public, max-age=31536000, immutable' },
    }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(joinPath(webDir, name), content);
  const { url } = await run({ webDir });
  const page = await raw(url, '/conversations/abc?x=1', { accept: 'text/html' });
  expect(page).toMatchObject({ status: 200, text: files['index.html'] });
  expect(page.headers['x-part']).toBe('page');
  expect(page.headers['x-content-type-options']).toBe('nosniff');
  const script = await raw(url, '/assets/app-1234.js', { 'accept-encoding': 'br' });
  expect(script.text).toBe('compressed script');
  expect(script.headers).toMatchObject({
    'content-encoding': 'br',
    'x-part': 'asset',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect((await raw(url, '/assets/app-1234.js', {})).text).toBe('plain script');
  for (const path of [
    '/headers.json',
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/none.js',
    '/.env',
  ]) {
    expect((await raw(url, path, {})).status).toBe(404);
  }
  expect((await raw(url, '/nothing', {})).status).toBe(404);
  expect((await raw(url, '/api/v1/nothing', { accept: 'text/html' })).status).toBe(404);
});

it('the longest prefix names the headers', () => {
  const map = { '/': { a: '1' }, '/assets/': { a: '2' }, '/assets/x': { a: '3' } };
  expect(['/', '/y', '/assets/a', '/assets/xy'].map((path) => headersFor(map, path).a)).toEqual([
    '1',
    '1',
    '2',
    '3',
  ]);
});

it('the document for people loads nothing from elsewhere', async () => {
  const { url } = await run();
  const page = await raw(url, '/docs/', {});
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/(src|href)="https?:/);
  expect(page.headers['content-security-policy']).not.toMatch(/https?:/);
});

it('figures are for this machine, or for whoever has the token', async () => {
  const { url } = await run({ metricsToken: 'a long enough token' });
  expect((await raw(url, '/metrics', {})).status).toBe(403);
  const answer = await raw(url, '/metrics', { authorization: 'Bearer a long enough token' });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('sotto_connections 0');
});

it('the log holds no name, address, id, token, query or network address', async () => {
  const server = await run({ logLevel: 'debug' });
  const alice = await join(server.url, 'alice-in-the-log');
  await signIn(server.url, 'alice-in-the-log', PASSWORD);
  const group = await newGroup(alice, []);
  await request(server.url, 'GET', `/api/v1/server?name=alice-in-the-log`);
  await request(server.url, 'GET', '/secret-path/alice-in-the-log');
  await request(server.url, 'POST', identity.createAccount.path, { raw: '{"name":"alice-in-the-log"' });
  await call(server.url, conversations.getGroupInfo, { groupId: group }, alice.token);
  const log = server.log.join('');
  expect(log).toContain('"route":"/api/v1/groups/info"');
  const { person, device, token } = alice;
  for (const secret of [
    'alice-in-the-log',
    person.accountId,
    device.id,
    group,
    token,
    '127.0.0.1',
    '?',
    PASSWORD,
  ]) {
    expect(log.includes(secret)).toBe(false);
  }
});
