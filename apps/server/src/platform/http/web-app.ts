/** The built web app: its files with the headers that its build wrote down, and its page for every other address. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import serveStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import { sendError } from './errors.ts';

type HeaderMap = Readonly<Record<string, Readonly<Record<string, string>>>>;

const headerMap = z.record(z.string(), z.record(z.string(), z.string()));

const SANE_DEFAULTS: HeaderMap = {
  '/': {
    'content-security-policy':
      "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    'cache-control': 'no-cache',
  },
};

/**
 * False where the directory holds no web app. Throws when headers.json is not what the build writes: a page without its
 * policy must not be served.
 */
export async function installWebApp(app: FastifyInstance, directory: string): Promise<boolean> {
  const built = existsSync(join(directory, 'index.html'));
  const headers = built ? readHeaders(directory) : SANE_DEFAULTS;
  if (built) {
    await app.register(serveStatic, {
      root: directory,
      serve: false,
      preCompressed: existsSync(join(directory, 'index.html.br')),
      cacheControl: false,
      dotfiles: 'deny',
    });
  }
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async (request, reply) => {
    const path = request.url.replace(/[?#].*$/, '');
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!built || !reads || /^\/(api|docs|metrics)(\/|$)/.test(path)) return sendError(reply, 'not_found');
    return sendFile(request, reply, directory, path, headers);
  });
  return built;
}

function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  directory: string,
  path: string,
  headers: HeaderMap,
): FastifyReply {
  const file = fileOf(directory, path);
  if (file === undefined && !(request.headers.accept ?? '').includes('text/html')) {
    return sendError(reply, 'not_found');
  }
  reply.code(200).headers(headersFor(headers, file === undefined ? '/' : path));
  return reply.sendFile(file ?? 'index.html');
}

/** Relative to the directory; undefined where there is no such file, or it is not to be served. */
function fileOf(directory: string, path: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(path).slice(1);
  } catch {
    return undefined;
  }
  if (name === '') return 'index.html';
  const parts = name.split('/');
  if (
    name === 'headers.json' ||
    name.includes('\0') ||
    parts.some((part) => part === '' || part.startsWith('.'))
  ) {
    return undefined;
  }
  return /\.[A-Za-z0-9]+$/.test(name) && existsSync(join(directory, ...parts)) ? name : undefined;
}

/** Those of the longest prefix of `path`. */
export function headersFor(headers: HeaderMap, path: string): Readonly<Record<string, string>> {
  const prefixes = Object.keys(headers).filter((prefix) => path.startsWith(prefix));
  const longest = prefixes.reduce((best, prefix) => (prefix.length > best.length ? prefix : best), '');
  return headers[longest] ?? {};
}

function readHeaders(directory: string): HeaderMap {
  const file = join(directory, 'headers.json');
  return existsSync(file) ? headerMap.parse(JSON.parse(readFileSync(file, 'utf8'))) : SANE_DEFAULTS;
}
