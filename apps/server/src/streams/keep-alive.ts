/** One timer for all connections: ends those that are dead, do not read, or whose session has expired. */

import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { Streams } from './streams.ts';

const INTERVAL = 30_000;
/** How long a connection may leave unread what was sent to it. */
const PATIENCE = 60_000;

/** How long a connection may take to say goodbye when the server goes down. */
const GOODBYE = 1_000;

/** Ends what is still connected. */
export async function endSockets(app: FastifyInstance): Promise<void> {
  const { clients } = app.websocketServer;
  for (const socket of clients) socket.close();
  const end = Date.now() + GOODBYE;
  while (clients.size > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const socket of clients) socket.terminate();
}

export function keepAlive(app: FastifyInstance, streams: Streams, now: () => number): void {
  const silent = new WeakSet<WebSocket>();
  app.websocketServer.on('connection', (socket) => socket.on('pong', () => silent.delete(socket)));
  const timer = setInterval(() => {
    for (const socket of app.websocketServer.clients) {
      if (silent.has(socket)) socket.terminate();
      else {
        silent.add(socket);
        socket.ping();
      }
    }
    for (const connection of [...streams.connections]) {
      if (connection.caller.expires <= now()) streams.disconnect(connection.caller.key, 'not_signed_in');
      else if (connection.pausedSince !== null && connection.pausedSince + PATIENCE < Date.now()) {
        connection.terminate();
      }
    }
  }, INTERVAL);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
