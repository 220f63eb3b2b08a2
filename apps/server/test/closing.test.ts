/** Ending the server: what it took is answered, and nobody who only holds a connection open holds it up. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { conversations } from '@sotto/contract';
import { afterAll, expect, it } from 'vitest';
import { CREDULOUS } from './following-parts.ts';
import { makeGroup } from './groups.ts';
import { join, request, TestSocket } from './peer.ts';
import { cleanUp, start, type TestServer } from './running.ts';

afterAll(cleanUp);

const UPGRADE = [
  'GET /api/v1/socket HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  '',
  '',
].join('\r\n');
const POST =
  'POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"a"';

/** A connection on which `text` was sent, and nothing else ever is. */
async function silent({ port }: TestServer, text: string): Promise<{ socket: Socket; ended: Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => undefined);
  await Promise.race([ended, new Promise<void>((resolve) => socket.on('connect', () => resolve()))]);
  if (text !== '' && !socket.destroyed) await new Promise((resolve) => socket.write(text, resolve));
  return { socket, ended };
}

it.each([
  ['sent nothing yet', ''],
  ['is in the middle of its headers', UPGRADE.slice(0, 60)],
  ['is in the middle of its body', POST],
  ['asks for a WebSocket', UPGRADE],
])('a connection that %s does not hold up the end', async (_what, text) => {
  const server = await start();
  const { ended } = await silent(server, text);
  await server.close();
  await ended;
});

it('a device that has a WebSocket and does not say goodbye does not hold up the end', async () => {
  const server = await start();
  const { socket, ended } = await silent(server, UPGRADE);
  await new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.pause();
  await server.close();
  socket.resume();
  await ended;
});

it('devices that connect while it ends are sent away', async () => {
  const server = await start();
  const { token } = await join(server.url, 'alice');
  const attempt = () => TestSocket.connect(server.url, token).catch(() => undefined);
  const early = Array.from({ length: 10 }, attempt);
  const closing = server.close();
  const late = [...Array.from({ length: 10 }, attempt), silent(server, UPGRADE), silent(server, '')];
  await closing;
  for (const socket of await Promise.all(early)) await socket?.closed;
  await Promise.all(late);
});

it('a request that is being served is answered first', async () => {
  let reached = () => {};
  let release = () => {};
  const serving = new Promise<void>((resolve) => (reached = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  const follower = {
    ...CREDULOUS,
    async begin() {
      reached();
      await released;
    },
  };
  const server = await start({}, { follower: () => follower });
  const alice = await join(server.url, 'alice');
  const { body } = await makeGroup(alice, []);
  const answer = request(server.url, 'POST', conversations.createGroup.path, { token: alice.token, body });
  await serving;
  const closing = server.close();
  release();
  expect((await answer).status).toBe(200);
  await closing;
});
