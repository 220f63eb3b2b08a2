/** How many requests one network address, and one account, may make in a minute. Others are served meanwhile. */
import rateLimit from '@fastify/rate-limit';
import { wireErrorOf } from '@sotto/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '../../settings.ts';

const MINUTE = 60_000;
/** Addresses and accounts remembered at once. */
const CACHE = 10_000;

export interface Limits {
  /** The limit by address of a route that signs in or registers. */
  readonly signIn: { readonly max: number; readonly timeWindow: number };
  /** Throws `too_many_requests`. */
  readonly account: (request: FastifyRequest, account: string) => Promise<void>;
}

export async function installRateLimits(app: FastifyInstance, settings: Settings): Promise<Limits> {
  const errorResponseBuilder = () => wireErrorOf('too_many_requests');
  await app.register(rateLimit, {
    max: settings.requestsPerMinute,
    timeWindow: MINUTE,
    cache: CACHE,
    errorResponseBuilder,
  });
  const accounts = new WeakMap<FastifyRequest, string>();
  const check = app.createRateLimit({
    max: settings.accountRequestsPerMinute,
    timeWindow: MINUTE,
    keyGenerator: (request) => accounts.get(request) ?? '',
  });
  return {
    signIn: { max: settings.signInsPerMinute, timeWindow: MINUTE },
    async account(request, account) {
      accounts.set(request, account);
      const result = await check(request);
      if (!result.isAllowed && result.isExceeded) throw wireErrorOf('too_many_requests');
    },
  };
}
