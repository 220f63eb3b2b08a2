/** One timer for all connections: ends those that are dead, do not read, or whose session has expired. */
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import type { Streams } from './streams.ts';

const INTERVAL = 30_000;
/** How long a connection may leave unread what was sent to it. */
const PATIENCE = 60_000;

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
