/**
 * Ending what is connected, once no more is to be answered. To Node a connection on which nothing was sent yet, or a
 * request is still coming in, is a busy one: closing its server would wait for them, a minute long. What was received
 * whole is answered; the rest is cut off, as by a lost network.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface Connections {
  /** Resolves when every request that was received whole is answered; from then on no connection stands. */
  cutOff(): Promise<void>;
}

/** To be called before any route is added. */
export function watchConnections(app: FastifyInstance): Connections {
  const open = new Set<Socket>();
  let serving = 0;
  let closing = false;
  let whenIdle = () => {};
  app.server.on('connection', (socket: Socket) => {
    if (closing && serving === 0) socket.destroy();
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  // Its body has come by now. A WebSocket's request is none that ends.
  app.addHook('preValidation', async (request, reply) => {
    if (request.headers.upgrade !== undefined || reply.raw.destroyed) return;
    serving++;
    reply.raw.once('close', () => {
      serving--;
      if (serving === 0) whenIdle();
    });
  });
  return {
    async cutOff() {
      closing = true;
      if (serving > 0) await new Promise<void>((resolve) => (whenIdle = resolve));
      for (const socket of open) socket.destroySoon();
    },
  };
}
