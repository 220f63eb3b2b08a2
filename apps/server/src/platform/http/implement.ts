/**
 * Binds a route of the contract to the function that serves it: who may call it is settled before its body is read,
 * the body is what the schema says, and nothing but what the schema says leaves.
 */
import { type AnswerOf, type AnyRoute, type Auth, type BodyOf, wireError } from '@sotto/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from './callers.ts';
import type { Limits } from './rate-limits.ts';

export interface Call<R extends AnyRoute> {
  readonly body: BodyOf<R>;
  readonly caller: CallerOf<R['auth']>;
}

type CallerOf<A extends Auth> = A extends 'none' ? null : Extract<Caller, { readonly kind: A }>;

export interface Routing {
  readonly app: FastifyInstance;
  readonly limits: Limits;
  /** Throws `not_signed_in`. */
  readonly identify: (request: FastifyRequest, kind: 'device' | 'slot') => Promise<Caller>;
}

export interface RouteOptions {
  /** Largest body in bytes; the default is 64 KiB. */
  readonly bodyLimit?: number;
  /** Counts against the stricter limit of signing in. */
  readonly signIn?: boolean;
}

const DEFAULT_BODY_LIMIT = 65_536;
const callers = new WeakMap<FastifyRequest, Caller>();

export function implement<R extends AnyRoute>(
  { app, limits, identify }: Routing,
  route: R,
  serve: (call: Call<R>) => Promise<AnswerOf<R>>,
  options: RouteOptions = {},
): void {
  const { auth } = route;
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: options.bodyLimit ?? DEFAULT_BODY_LIMIT,
    ...(options.signIn === true ? { config: { rateLimit: limits.signIn } } : {}),
    schema: {
      summary: route.summary,
      ...(route.method === 'GET' ? {} : { body: route.body }),
      ...(auth === 'none' ? {} : { security: [{ [auth]: [] }] }),
      response: { 200: route.answer, default: wireError },
    },
    // Before the body is read, and after the limit by address.
    async preParsing(request) {
      if (auth === 'none') return;
      const caller = await identify(request, auth);
      callers.set(request, caller);
      await limits.account(request, caller.account);
    },
    async handler(request, reply) {
      const call = { body: request.body, caller: callers.get(request) ?? null } as Call<R>;
      const answer = await serve(call);
      return reply.header('cache-control', 'no-store').send(answer);
    },
  });
}
