/** Figures for whoever runs the server: counts and durations by route, nothing about anybody. */
import { timingSafeEqual } from 'node:crypto';
import { wireErrorOf } from '@sotto/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import * as z from 'zod/mini';
import type { Settings } from '../../settings.ts';
import { isLoopback } from './guard.ts';

export interface Figures {
  readonly connections: () => number;
  readonly statements: () => number;
  readonly opaqueOperations: () => number;
}

/** @param token of whoever may read them from elsewhere */
export function installMetrics(
  app: FastifyInstance,
  { metrics }: Pick<Settings, 'metrics'>,
  token: string | undefined,
  figures: Figures,
): void {
  if (!metrics) return;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'sotto_request_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2],
    registers: [registry],
  });
  new Gauge({
    name: 'sotto_connections',
    help: 'Devices connected',
    registers: [registry],
    collect() {
      this.set(figures.connections());
    },
  });
  counterOf(registry, 'sotto_statements_total', 'Statements outside the hot path', figures.statements);
  counterOf(registry, 'sotto_opaque_operations_total', 'Steps of OPAQUE', figures.opaqueOperations);
  app.addHook('onResponse', async (request, reply) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: String(reply.statusCode),
    };
    durations.observe(labels, reply.elapsedTime / 1_000);
  });
  app.get(
    '/metrics',
    {
      schema: {
        summary: 'Figures in the format of Prometheus, for this machine or whoever has the token',
        security: [{ metrics: [] }],
        response: { 200: z.string() },
      },
      serializerCompiler: () => String,
    },
    async (request, reply) => {
      if (!mayRead(request, token)) throw wireErrorOf('forbidden');
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}

function counterOf(registry: Registry, name: string, help: string, value: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(value());
    },
  });
}

function mayRead(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return isLoopback(request.ip);
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
