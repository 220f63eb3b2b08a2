/** What becomes of answers that are not as the contract says: too long, cut off, or from something before the server. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { identity } from '@sotto/contract';
import { afterEach, expect, it, vi } from 'vitest';
import { BOUNDS } from '../bounds.ts';
import { createHttp } from './http.ts';

const BOUNDS_MODULE = '../bounds.ts';
const PIECE = 65_536;
const servers: Server[] = [];

afterEach(async () => {
  vi.doUnmock(BOUNDS_MODULE);
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_, response) => answer(response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (url: string, make = createHttp) =>
  make(url, (address, init) => fetch(address, init))
    .request(identity.server, {})
    .then(
      () => 'answered',
      (error: { code?: string }) => error.code,
    );

/** Gives an answer of that many bytes for as long as anybody reads, and counts what it gave. */
async function longAnswer(
  length: number,
): Promise<{ url: string; given: () => number; ended: Promise<void> }> {
  let given = 0;
  const ended = Promise.withResolvers<void>();
  const url = await serve((response) => {
    response.on('close', () => ended.resolve());
    const more = (): void => {
      while (given < length && !response.destroyed) {
        given += PIECE;
        if (!response.write('x'.repeat(PIECE))) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  });
  return { url, given: () => given, ended: ended.promise };
}

it('[X4] an answer without an end is not read to its end', async () => {
  const { url, given, ended } = await longAnswer(Number.POSITIVE_INFINITY);
  expect(await ask(url)).toBe('server_answer_invalid');
  await ended;
  // What lies in the buffers of both ends comes on top.
  expect(given()).toBeLessThan(2 * BOUNDS.answer);
});

it('[X4] control: without the bound all of it is taken in', async () => {
  vi.doMock(BOUNDS_MODULE, () => ({ BOUNDS: { ...BOUNDS, answer: Number.POSITIVE_INFINITY } }));
  vi.resetModules();
  const { createHttp: weak } = await import('./http.ts');
  const { url, given } = await longAnswer(3 * BOUNDS.answer);
  expect(await ask(url, weak)).toBe('server_answer_invalid');
  expect(given()).toBe(3 * BOUNDS.answer);
});

it.each([
  [502, '<html>Bad gateway</html>', 'server_error'],
  [503, '', 'server_error'],
  [500, '{"code":"storage_full","message":""}', 'storage_full'],
  [404, '<html>Not found</html>', 'server_answer_invalid'],
  [400, '{"code":"made_up","message":""}', 'server_answer_invalid'],
  [200, '<html>Welcome to the hotel</html>', 'server_answer_invalid'],
])('an answer of %i with %j is %s', async (status, body, code) => {
  const url = await serve((response) => response.writeHead(status).end(body));
  expect(await ask(url)).toBe(code);
});

it('an answer that breaks off is a server that was not reached', async () => {
  const url = await serve((response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{');
    setImmediate(() => response.destroy());
  });
  expect(await ask(url)).toBe('offline');
});
