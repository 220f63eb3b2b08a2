/**
 * The server's settings: from flags of `sotto serve`, then from the environment, then the defaults. One table,
 * docs/guides/settings.md, which a test holds equal to this schema.
 */
import { fileURLToPath } from 'node:url';
import { SottoError } from '@sotto/crypto/public';
import { DOMAIN_PATTERN } from '@sotto/protocol/public';
import * as z from 'zod/mini';

const number = (least: number, most: number) =>
  z.coerce.number().check(z.int(), z.minimum(least), z.maximum(most));
const text = z.string().check(z.minLength(1));
const switched = z.pipe(
  z.transform((value) => (value === 'true' || value === true ? true : value === 'false' ? false : value)),
  z.boolean(),
);

const DEFAULT_WEB_DIRECTORY = fileURLToPath(new URL('../../web/dist', import.meta.url));

const shape = {
  port: z._default(number(0, 65_535), 8420),
  host: z._default(text, '::'),
  data: z._default(text, './data'),
  domain: z._default(z.string().check(z.toLowerCase(), z.regex(DOMAIN_PATTERN)), 'localhost'),
  registration: z.optional(z.enum(['open', 'invite', 'closed'])),
  tlsCert: z.optional(text),
  tlsKey: z.optional(text),
  trustProxy: z.optional(text),
  publicUrl: z.optional(z.url({ protocol: /^https?$/ })),
  webDir: z._default(text, DEFAULT_WEB_DIRECTORY),
  logLevel: z._default(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']), 'info'),
  metrics: z._default(switched, true),
  metricsToken: z.optional(z.string().check(z.minLength(16))),
  requestsPerMinute: z._default(number(1, 1_000_000), 600),
  accountRequestsPerMinute: z._default(number(1, 1_000_000), 300),
  messagesPerMinute: z._default(number(1, 1_000_000_000), 3000),
  signInsPerMinute: z._default(number(1, 1_000_000), 30),
  connectionsPerAddress: z._default(number(1, 1_000_000), 200),
} as const;

export const settingsSchema = z.strictObject(shape);

export type SettingName = keyof typeof shape;
type Parsed = z.infer<typeof settingsSchema>;
export type Settings = Omit<Parsed, 'registration'> & {
  readonly registration: 'open' | 'invite' | 'closed';
};

export interface SettingSources {
  /** By the name of the setting in kebab-case, without dashes before it. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Throws `settings_invalid` with the name of the first setting that is unknown or wrong, as it was written. */
export function readSettings({ flags, env }: SettingSources): Settings {
  const written = new Map<string, string>();
  const values: Record<string, unknown> = {};
  const take = (name: SettingName, source: string, value: unknown) => {
    written.set(name, source);
    values[name] = value;
  };
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || value === '' || !isOurs(variable)) continue;
    take(named(variable, environmentName), variable, value);
  }
  for (const [flag, value] of Object.entries(flags)) {
    if (value !== undefined) take(named(flag, flagName), `--${flag}`, value === true ? 'true' : value);
  }
  const parsed = settingsSchema.safeParse(values);
  if (!parsed.success) throw wrong(parsed.error.issues[0], written);
  return completeSettings(parsed.data);
}

/** `SOTTO_PUBLIC_URL` for publicUrl; the port is `PORT` alone, as hosts set it. */
export function environmentName(name: string): string {
  return name === 'port' ? 'PORT' : `SOTTO_${flagName(name).toUpperCase().replaceAll('-', '_')}`;
}

export function flagName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function settingNames(): readonly SettingName[] {
  return Object.keys(shape).filter(isSettingName);
}

/** What a program needs to start a server, with the defaults for what it leaves out. */
export function completeSettings(some: z.input<typeof settingsSchema>): Settings {
  const parsed = settingsSchema.parse(some);
  if ((parsed.tlsCert === undefined) !== (parsed.tlsKey === undefined)) {
    throw invalid('tlsCert and tlsKey', 'belong together: give both, or neither');
  }
  const registration = parsed.registration ?? (parsed.domain === 'localhost' ? 'open' : 'invite');
  return { ...parsed, registration };
}

/** SOTTO_HOME and SOTTO_PASSWORD… are the command line's own. */
function isOurs(variable: string): boolean {
  return variable === 'PORT' || (variable.startsWith('SOTTO_') && variable !== 'SOTTO_HOME');
}

function named(written: string, spelling: (name: string) => string): SettingName {
  const name = settingNames().find((candidate) => spelling(candidate) === written);
  if (name === undefined)
    throw invalid(written.startsWith('SOTTO_') ? written : `--${written}`, 'is no setting');
  return name;
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(shape, name);
}

function wrong(issue: z.core.$ZodIssue | undefined, written: ReadonlyMap<string, string>): SottoError {
  const name = String(issue?.path[0] ?? '');
  return invalid(written.get(name) ?? name, `is wrong: ${issue?.message ?? 'not understood'}`);
}

function invalid(name: string, reason: string): SottoError {
  return new SottoError('settings_invalid', `The setting ${name} ${reason}. See docs/guides/settings.md.`);
}
