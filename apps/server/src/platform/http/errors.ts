/** Errors as they leave the server: a code and a sentence of the contract's table, nothing internal. */
import { ERRORS, isWireErrorCode, type WireErrorCode } from '@sotto/contract';
import { SottoError } from '@sotto/crypto/public';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';

/** SQLITE_FULL, and SQLITE_IOERR_WRITE and its kin, which a full disk may give as well. */
const SQLITE_FULL = 13;
const FRAMEWORK_CODES: Readonly<Record<string, WireErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_NOT_FOUND: 'not_found',
};

export function installErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const code = wireCodeOf(error);
    if (code === 'server_error' || code === 'storage_full')
      request.log.error(traceOf(error), 'request failed');
    return sendError(reply, code);
  });
}

export function sendError(reply: FastifyReply, code: WireErrorCode): FastifyReply {
  const [status, message] = ERRORS[code];
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send({ code, message });
}

export function wireCodeOf(error: unknown): WireErrorCode {
  if (error instanceof SottoError) return isWireErrorCode(error.code) ? error.code : 'server_error';
  if (isStorageFull(error)) return 'storage_full';
  if (!(error instanceof Error)) return 'server_error';
  if ('code' in error && typeof error.code === 'string' && Object.hasOwn(FRAMEWORK_CODES, error.code)) {
    return FRAMEWORK_CODES[error.code] ?? 'server_error';
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === 429) return 'too_many_requests';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'bad_request' : 'server_error';
}

function isStorageFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return true;
  return 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === SQLITE_FULL;
}

/** Where it happened, without the message: that could hold what a request held. */
function traceOf(error: unknown): { readonly error: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: `${error.name}${code}`, at: frames.slice(0, 8).map((frame) => frame.trim()) };
}
