/** A route: one HTTP request of the contract with the schemas of what it carries. */
import type * as z from 'zod/mini';

export type Auth =
  /** Anybody. */
  | 'none'
  /** The bearer token of a device's session. */
  | 'device'
  /** The bearer token that proves a key slot, for ten minutes. */
  | 'slot';

export interface Route<Body extends z.ZodMiniType, Answer extends z.ZodMiniType, A extends Auth = Auth> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Never holds a name, an address or a secret: paths are logged by others. */
  readonly path: `/api/v1/${string}`;
  readonly auth: A;
  readonly summary: string;
  readonly body: Body;
  readonly answer: Answer;
}

export function route<Body extends z.ZodMiniType, Answer extends z.ZodMiniType, A extends Auth>(
  definition: Route<Body, Answer, A>,
): Route<Body, Answer, A> {
  return definition;
}

export type AnyRoute = Route<z.ZodMiniType, z.ZodMiniType>;
export type BodyOf<R> = R extends Route<infer Body, z.ZodMiniType> ? z.infer<Body> : never;
export type AnswerOf<R> = R extends Route<z.ZodMiniType, infer Answer> ? z.infer<Answer> : never;
