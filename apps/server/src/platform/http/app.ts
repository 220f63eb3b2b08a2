/** The HTTP server, before any route: what is common to all of them. Trusts nothing that comes in. */
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import websocket from '@fastify/websocket';
import { LIMITS, wireErrorOf } from '@sotto/contract';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Settings } from '../../settings.ts';
import { installErrors } from './errors.ts';
import { installGuard } from './guard.ts';
import type { SettingFiles } from './setting-files.ts';

const COMMON_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

export const SOCKET_PATH = '/api/v1/socket';
/** The largest frame: an entry and its heads. */
const MOST_FRAME = LIMITS.entry + 64;

export async function createApp(
  settings: Settings,
  { tls }: SettingFiles,
  logger: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const app = newFastify(settings, tls, logger);
  // First of all: it must know of an upgrade that a later hook refuses, to end its socket.
  await app.register(websocket, {
    options: { maxPayload: MOST_FRAME, perMessageDeflate: false, clientTracking: true },
  });
  app.addHook('onRequest', async (request) => {
    const path = request.url.replace(/\?.*$/, '');
    if (request.headers.upgrade !== undefined && path !== SOCKET_PATH) throw wireErrorOf('not_found');
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(COMMON_HEADERS);
  });
  installErrors(app);
  installGuard(app, settings);
  logRequests(app);
  return app;
}

function newFastify(
  { trustProxy }: Settings,
  tls: SettingFiles['tls'],
  loggerInstance: FastifyBaseLogger,
): FastifyInstance {
  const options = {
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomBytes(8).toString('hex'),
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 30_000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    trustProxy: trustProxy === undefined ? false : trustProxy.split(',').map((part) => part.trim()),
    routerOptions: { maxParamLength: 64 },
  } as const;
  if (tls === undefined) return Fastify(options);
  // Fastify types an HTTPS instance apart; to the routes they are the same.
  return Fastify({ ...options, https: tls }) as unknown as FastifyInstance<Server>;
}

/** The pattern of the route, never the address that was asked for, and nothing of who asked. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
  });
}
