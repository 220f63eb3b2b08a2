/**
 * Requests to the server, typed by the contract. An answer is parsed before it is used; an error becomes a
 * SottoError whose sentence is ours, never the server's.
 */
import {
  type AnswerOf,
  type AnyRoute,
  type BodyOf,
  isWireErrorCode,
  wireError,
  wireErrorOf,
} from '@sotto/contract';
import { SottoError } from '@sotto/crypto';
import { BOUNDS } from '../bounds.ts';
import type { Fetch } from '../platform.ts';

export interface Http {
  /**
   * Throws the server's typed error, `offline` where the server was not reached, `server_error` where something before
   * it failed, or `server_answer_invalid`.
   * @param token of the kind that the route asks for
   */
  request<R extends AnyRoute>(route: R, body: BodyOf<R>, token?: string): Promise<AnswerOf<R>>;
}

const TIMEOUT = 30_000;

export function createHttp(serverUrl: string, fetch: Fetch): Http {
  return {
    async request(route, body, token) {
      const { status, text } = await exchange(fetch, new URL(route.path, serverUrl).href, route, body, token);
      if (text === undefined) throw invalidAnswer('too long');
      if (status < 200 || status > 299) throw errorFrom(status, text);
      const value = parseJson(text);
      const answer = route.answer.safeParse(value);
      if (!answer.success) throw invalidAnswer(answer.error);
      return answer.data as AnswerOf<typeof route>;
    },
  };
}

async function exchange(
  fetch: Fetch,
  url: string,
  route: AnyRoute,
  body: unknown,
  token: string | undefined,
) {
  const hasBody = route.method !== 'GET';
  const headers: Record<string, string> = { accept: 'application/json' };
  if (hasBody) headers['content-type'] = 'application/json';
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  try {
    const response = await fetch(url, {
      method: route.method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT),
      ...(hasBody ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, text: await textOf(response) };
  } catch (cause) {
    throw new SottoError(
      'offline',
      'The server cannot be reached. Check your connection; Sotto keeps trying.',
      {
        cause,
      },
    );
  }
}

/** The body as text; undefined where it does not end in good time. */
async function textOf({ body }: Awaited<ReturnType<Fetch>>): Promise<string | undefined> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
    length += piece.value.length;
    if (length > BOUNDS.answer) {
      await reader?.cancel();
      return undefined;
    }
    text += decoder.decode(piece.value, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidAnswer(cause);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands before a server answers 502 and its like in words of its own: whether the server acted is open. */
function errorFrom(status: number, text: string): SottoError {
  const parsed = wireError.safeParse(jsonOf(text));
  const code = parsed.success ? parsed.data.code : '';
  if (isWireErrorCode(code)) return wireErrorOf(code);
  return status < 500 ? invalidAnswer(text) : wireErrorOf('server_error');
}

function invalidAnswer(cause: unknown): SottoError {
  return new SottoError(
    'server_answer_invalid',
    'The server gave an answer that this app does not understand. Update Sotto and try again.',
    { cause },
  );
}
