/**
 * The WebSocket at /api/v1/socket (packages/contract/src/conversations/frames.ts): who connects, and what becomes of
 * their frames. A frame that is malformed, too large or out of place ends the connection.
 */

import type { WebSocket } from '@fastify/websocket';
import {
  encodeServerFrame,
  LIMITS,
  PROTOCOL_VERSION,
  type WireErrorCode,
  wireErrorOf,
} from '@sotto/contract';
import { fromBase64Url } from '@sotto/crypto/public';
import type { FastifyInstance } from 'fastify';
import { SOCKET_PATH } from '../platform/http/app.ts';
import { callerOf, type DeviceCaller } from '../platform/http/callers.ts';
import { wireCodeOf } from '../platform/http/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { Connection } from './connection.ts';
import { keepAlive } from './keep-alive.ts';
import type { Streams } from './streams.ts';
import { readClientFrame } from './wire.ts';

const HELLO_TIMEOUT = 10_000;
/** Frames that may come with the hello, before the server has answered it. */
const MOST_EARLY = LIMITS.submissions * 2;

export function installSocket(app: FastifyInstance, platform: Platform, streams: Streams): void {
  keepAlive(app, streams, platform.now);
  const perAddress = new Map<string, number>();
  app.get(SOCKET_PATH, { websocket: true }, (socket, request) => {
    const { ip } = request;
    const count = (perAddress.get(ip) ?? 0) + 1;
    perAddress.set(ip, count);
    socket.on('close', () => {
      const left = (perAddress.get(ip) ?? 1) - 1;
      if (left === 0) perAddress.delete(ip);
      else perAddress.set(ip, left);
    });
    if (count > platform.settings.connectionsPerAddress) return refuse(socket, 'too_many_requests');
    serveSocket(socket, platform, streams);
  });
}

function serveSocket(socket: WebSocket, platform: Platform, streams: Streams): void {
  let connection: Connection | undefined;
  let greeted = false;
  const early: Buffer<ArrayBuffer>[] = [];
  const timeout = setTimeout(() => refuse(socket, 'not_signed_in'), HELLO_TIMEOUT).unref();
  const receive = (frame: Buffer<ArrayBuffer>, from: Connection) => {
    const read = readClientFrame(frame);
    if (read === undefined) from.close('bad_request');
    else streams.receive(from, read);
  };
  const greet = async (frame: Buffer<ArrayBuffer>) => {
    const caller = await identify(platform, frame);
    clearTimeout(timeout);
    if (socket.readyState !== socket.OPEN) return;
    connection = new Connection(socket, caller, (drained) => streams.resume(drained));
    await streams.attach(connection);
    for (const waiting of early.splice(0)) receive(waiting, connection);
  };
  socket.on('message', (data: unknown, binary: boolean) => {
    if (socket.readyState !== socket.OPEN) return;
    if (!binary || !Buffer.isBuffer(data)) return refuse(socket, 'bad_request');
    const frame = data as Buffer<ArrayBuffer>;
    if (connection?.ready === true) return receive(frame, connection);
    if (greeted) {
      if (early.push(frame) > MOST_EARLY) refuse(socket, 'bad_request');
      return;
    }
    greeted = true;
    greet(frame).catch((error: unknown) => refuse(socket, wireCodeOf(error)));
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearTimeout(timeout);
    streams.detach(connection);
  });
}

/** Throws `bad_request`, `version_unsupported` or `not_signed_in`. */
async function identify({ database, now }: Platform, frame: Buffer<ArrayBuffer>): Promise<DeviceCaller> {
  const hello = readClientFrame(frame);
  if (hello?.type !== 'hello') throw wireErrorOf('bad_request');
  if (hello.protocol !== PROTOCOL_VERSION) throw wireErrorOf('version_unsupported');
  const token = fromBase64Url(hello.token);
  const caller = token === undefined ? undefined : await callerOf(database.tables, token, 'device', now());
  if (caller?.kind !== 'device') throw wireErrorOf('not_signed_in');
  return caller;
}

function refuse(socket: WebSocket, code: WireErrorCode): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.send(encodeServerFrame({ type: 'closing', code }));
  socket.close(1000);
}
