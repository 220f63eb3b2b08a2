/**
 * What a hostile server does to what passes through it, as small rules: each sees one request, answer or frame and
 * says what goes on in its place. Rules run in the order in which they were made.
 */
import type { AnswerOf, AnyRoute, BodyOf, ClientFrame, ServerFrame } from '@sotto/contract';
import type { Link } from './link.ts';

/** An answer of the hostile server's own, with any status and any value. */
export class Reply {
  readonly status: number;
  readonly value: unknown;

  constructor(status: number, value: unknown) {
    this.status = status;
    this.value = value;
  }
}

/** In place of a request or an answer: the connection breaks. */
export const LOST: unique symbol = Symbol('lost');

/** The typed error of that code. */
export function refusal(status: number, code: string): Reply {
  return new Reply(status, { code, message: 'The hostile server says so.' });
}

/** Gives what is forwarded in place of `body`; a {@link Reply} is answered at once, without asking the real server. */
export type RequestRule<R extends AnyRoute> = (body: BodyOf<R>) => unknown;

/** Gives what is answered in place of `answer`, which the real server gave with success; promises are waited for. */
export type AnswerRule<R extends AnyRoute> = (answer: AnswerOf<R>, body: BodyOf<R>) => unknown;

/** Calls `pass` with what goes on: nothing, the frame, others, or bytes that are no frame. May keep `pass` for later. */
export type FrameRule<F> = (frame: F, pass: (next: F | Uint8Array) => void, link: Link) => void;

type AnyRule = (value: never, body: never) => unknown;
type RuleKind = 'request' | 'answer';

export class Rules {
  readonly serverFrames: FrameRule<ServerFrame>[] = [];
  readonly clientFrames: FrameRule<ClientFrame>[] = [];
  readonly #routes = new Map<string, AnyRule[]>();

  add(kind: RuleKind, route: AnyRoute, rule: AnyRule): () => void {
    const key = `${kind} ${route.method} ${route.path}`;
    const rules = this.#routes.get(key) ?? [];
    this.#routes.set(key, rules);
    return addTo(rules, rule);
  }

  addServerFrame(rule: FrameRule<ServerFrame>): () => void {
    return addTo(this.serverFrames, rule);
  }

  addClientFrame(rule: FrameRule<ClientFrame>): () => void {
    return addTo(this.clientFrames, rule);
  }

  /** Runs the rules of a route over a value; a {@link Reply} and {@link LOST} end the run. */
  async apply(kind: RuleKind, method: string, path: string, value: unknown, body: unknown): Promise<unknown> {
    let result = value;
    for (const rule of [...(this.#routes.get(`${kind} ${method} ${path}`) ?? [])]) {
      result = await rule(result as never, body as never);
      if (result === LOST || result instanceof Reply) break;
    }
    return result;
  }

  clear(): void {
    this.serverFrames.length = 0;
    this.clientFrames.length = 0;
    this.#routes.clear();
  }
}

/** Takes a frame through the rules from the first on; `send` gets what comes out. */
export function runFrame<F>(
  rules: readonly FrameRule<F>[],
  frame: F,
  link: Link,
  send: (out: F | Uint8Array) => void,
): void {
  const [rule, ...rest] = rules;
  if (rule === undefined) send(frame);
  else
    rule(frame, (next) => (next instanceof Uint8Array ? send(next) : runFrame(rest, next, link, send)), link);
}

function addTo<T>(rules: T[], rule: T): () => void {
  rules.push(rule);
  return () => {
    const at = rules.indexOf(rule);
    if (at >= 0) rules.splice(at, 1);
  };
}
