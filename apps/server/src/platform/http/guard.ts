/**
 * Who may talk to the server at all. Sotto needs a secure context, so plain HTTP is for this machine and for a trusted
 * proxy that says it speaks HTTPS. On this machine the Host header must be one of ours, or any web page could reach
 * the server by a name that it points here (DNS rebinding); and a page of another origin may not change anything.
 */
import { isIP } from 'node:net';
import { wireErrorOf } from '@sotto/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../../settings.ts';
import { httpsPage } from './https-page.ts';

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

export function installGuard(app: FastifyInstance, settings: Settings): void {
  const publicHost = settings.publicUrl === undefined ? [] : [new URL(settings.publicUrl).hostname];
  const names = new Set([...LOCAL_NAMES, hostName(settings.domain), ...publicHost]);
  app.addHook('onRequest', async (request, reply) => {
    if (request.protocol === 'https') {
      reply.header('strict-transport-security', 'max-age=31536000');
    } else if (!isLoopback(request.ip)) {
      return refusePlainHttp(request, reply, settings);
    } else if (!names.has(hostName(request.host))) {
      throw wireErrorOf('forbidden');
    }
    if (!isOwnOrigin(request, settings)) throw wireErrorOf('forbidden');
  });
}

function refusePlainHttp(request: FastifyRequest, reply: FastifyReply, settings: Settings): FastifyReply {
  if (request.url.startsWith('/api/')) throw wireErrorOf('https_needed');
  return reply
    .code(403)
    .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(httpsPage(settings, request.socket.localPort ?? settings.port));
}

/** True where no page is behind the request, or one of this server. */
function isOwnOrigin(request: FastifyRequest, { publicUrl }: Settings): boolean {
  const { origin } = request.headers;
  const reads =
    (request.method === 'GET' || request.method === 'HEAD') && request.headers.upgrade === undefined;
  if (origin === undefined || reads) return true;
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
  return origin === `${request.protocol}://${request.host}`;
}

export function isLoopback(ip: string): boolean {
  const plain = ip.replace(/^::ffff:/, '');
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1';
}

/** Without the port, in lower case. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}
