/** What `--json` writes: each shape as docs/guides/command-line.md lists it. */
import * as z from 'zod/mini';

const time = z.iso.datetime();
const problem = z.nullable(z.strictObject({ code: z.string(), message: z.string() }));
const status = z.enum(['queued', 'sent', 'delivered', 'read', 'failed']);
const verification = z.enum(['verified', 'unverified', 'changed']);
const place = { conversation: z.string(), address: z.string() };
const line = { ...place, id: z.string(), position: z.int(), time, text: z.string() };
const account = { address: z.string(), accountId: z.string(), deviceId: z.string(), server: z.url() };

export const SHAPES = {
  signup: z.strictObject({
    ...account,
    owner: z.boolean(),
    recoveryCode: z.string().check(z.regex(/^([a-z]+ ){23}[a-z]+$/)),
  }),
  signin: z.strictObject({ ...account, confirmed: z.boolean() }),
  signout: z.strictObject({ address: z.string() }),
  whoami: z.strictObject({
    ...account,
    connection: z.enum(['online', 'offline']),
    confirmed: z.boolean(),
    owner: z.boolean(),
    problem,
  }),
  devices: z.strictObject({
    devices: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        current: z.boolean(),
        added: z.nullable(time),
        signedOut: z.boolean(),
      }),
    ),
  }),
  'devices remove': z.strictObject({ removed: z.string() }),
  conversations: z.strictObject({
    conversations: z.array(
      z.strictObject({
        id: z.string(),
        address: z.string(),
        verification,
        state: z.enum(['active', 'request', 'blocked']),
        unread: z.int(),
        last: z.nullable(
          z.strictObject({ text: z.string(), time, own: z.boolean(), status: z.nullable(status) }),
        ),
      }),
    ),
  }),
  'conversations accept': z.strictObject({
    id: z.string(),
    address: z.string(),
    state: z.enum(['active', 'declined']),
  }),
  new: z.strictObject({ id: z.string(), address: z.string() }),
  send: z.strictObject({ id: z.string(), ...place, status, problem }),
  read: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('message'),
      ...line,
      own: z.boolean(),
      from: z.string(),
      status: z.nullable(status),
      problem,
    }),
    z.strictObject({ type: z.literal('note'), ...line, tone: z.enum(['plain', 'warning']) }),
    z.strictObject({ type: z.literal('unreadable'), ...line }),
    z.strictObject({ type: z.literal('status'), ...place, id: z.string(), status, problem }),
  ]),
  verify: z.strictObject({
    address: z.string(),
    number: z.array(z.string().check(z.regex(/^\d{5}$/))).check(z.length(12)),
    code: z.string(),
    verification,
    equal: z.optional(z.boolean()),
  }),
  export: z.strictObject({ file: z.string(), lines: z.int() }),
  serve: z.strictObject({
    url: z.url(),
    port: z.int(),
    domain: z.string(),
    registration: z.enum(['open', 'invite', 'closed']),
    data: z.string(),
    first: z.boolean(),
  }),
  invite: z.strictObject({ code: z.string(), expires: time }),
  backup: z.strictObject({ file: z.string(), secrets: z.boolean() }),
  restore: z.strictObject({ data: z.string(), secrets: z.boolean(), domain: z.nullable(z.string()) }),
  version: z.strictObject({ version: z.string() }),
  help: z.strictObject({
    commands: z.array(z.strictObject({ name: z.string(), usage: z.string(), summary: z.string() })),
  }),
} as const;

/** On standard error, where a command fails. */
export const FAILURE = z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) });

/** Throws where the value is not of the shape that the command's output has. */
export function shaped<K extends keyof typeof SHAPES>(
  command: K,
  value: unknown,
): z.infer<(typeof SHAPES)[K]> {
  return SHAPES[command].parse(value) as z.infer<(typeof SHAPES)[K]>;
}
