/**
 * The server's settings: from flags of `sotto serve`, then from the environment, then the defaults. One table,
 * docs/guides/settings.md, which a test holds equal to this schema. What a setting takes is the message of its schema,
 * so that a wrong one can say it.
 */
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { SottoError } from '@sotto/crypto/public';
import { DOMAIN_PATTERN } from '@sotto/protocol/public';
import * as z from 'zod/mini';

const number = (least: number, most: number) => {
  const takes = `a whole number from ${least} to ${most}`;
  const read = z.transform((value) => (/^\d{1,10}$/.test(String(value)) ? Number(value) : value));
  return z.pipe(read, z.number(takes).check(z.int(takes), z.minimum(least, takes), z.maximum(most, takes)));
};
const text = (takes: string) => z.string(takes).check(z.minLength(1, takes));
const switched = (takes: string) =>
  z.pipe(
    z.transform((value) => (value === 'true' || value === true ? true : value === 'false' ? false : value)),
    z.boolean(takes),
  );

const DEFAULT_WEB_DIRECTORY = fileURLToPath(new URL('../../web/dist', import.meta.url));
const DOMAIN = 'a domain in lower case, such as sotto.example.org';
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
const TOKEN = '16 characters or more';

const shape = {
  port: z._default(number(0, 65_535), 8420),
  host: z._default(text('an address of this machine, such as 127.0.0.1'), '::'),
  data: z._default(text('a folder'), './data'),
  domain: z._default(z.string(DOMAIN).check(z.regex(DOMAIN_PATTERN, DOMAIN)), 'localhost'),
  registration: z.optional(z.enum(['open', 'invite', 'closed'], 'open, invite or closed')),
  tlsCert: z.optional(text('a file')),
  tlsKey: z.optional(text('a file')),
  trustProxy: z.optional(
    z
      .string()
      .check(
        z.refine(areNetworks, 'addresses or networks, such as 127.0.0.1,10.0.0.0/8, with commas between'),
      ),
  ),
  publicUrl: z.optional(
    z.url({ protocol: /^https?$/, error: 'an address, such as https://sotto.example.org' }),
  ),
  webDir: z._default(text('a folder'), DEFAULT_WEB_DIRECTORY),
  logLevel: z._default(z.enum(LEVELS, 'fatal, error, warn, info, debug or silent'), 'info'),
  metrics: z._default(switched('true or false'), true),
  metricsToken: z.optional(z.string(TOKEN).check(z.minLength(16, TOKEN))),
  metricsTokenFile: z.optional(text('a file')),
  requestsPerMinute: z._default(number(1, 1_000_000), 600),
  accountRequestsPerMinute: z._default(number(1, 1_000_000), 300),
  messagesPerMinute: z._default(number(1, 1_000_000_000), 3000),
  signInsPerMinute: z._default(number(1, 1_000_000), 30),
  connectionsPerAddress: z._default(number(1, 1_000_000), 200),
} as const;

export const settingsSchema = z.strictObject(shape);

export type SettingName = keyof typeof shape;
type Parsed = z.infer<typeof settingsSchema>;
/** By the name of a setting: as what it was given, such as `--port` or `PORT`. */
type Spellings = Readonly<Partial<Record<string, string>>>;
export type Settings = Omit<Parsed, 'registration'> & {
  readonly registration: 'open' | 'invite' | 'closed';
  readonly typed: Spellings;
};

/** Others on the machine can read the arguments of a process, so these are no flags; their values are never shown. */
const SECRETS: readonly SettingName[] = ['metricsToken'];

export interface SettingSources {
  /** By the name of the setting in kebab-case, without dashes before it. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the known ones, that which was meant by an unknown one; undefined where none comes near. */
  readonly nearest?: (written: string, known: readonly string[]) => string | undefined;
}

/**
 * Throws `settings_invalid` for the first setting that is unknown or wrong: its name as it was written, its value unless
 * it is a secret, and what it takes.
 */
export function readSettings({ flags, env, nearest }: SettingSources): Settings {
  const typed: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const take = (source: string, known: readonly SettingName[], value: unknown, spell: typeof spellFlag) => {
    const name = known.find((candidate) => spell(candidate) === source);
    if (name === undefined) throw unknownSetting(source, nearest?.(source, known.map(spell)));
    typed[name] = source;
    values[name] = value;
  };
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || value === '' || !isOurs(variable)) continue;
    take(variable, settingNames(), value, environmentName);
  }
  for (const [flag, value] of Object.entries(flags)) {
    if (value !== undefined) take(`--${flag}`, flagSettings(), value === true ? 'true' : value, spellFlag);
  }
  return parse(values, typed);
}

/** What a program needs to start a server, with the defaults for what it leaves out. */
export function completeSettings(some: z.input<typeof settingsSchema>): Settings {
  return parse(some, {});
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

/** Those that may stand among the arguments of a process. */
export function flagSettings(): readonly SettingName[] {
  return settingNames().filter((name) => !SECRETS.includes(name));
}

/** The setting as the person wrote it; where they did not, as they can write it. */
export function nameOf({ typed }: Pick<Settings, 'typed'>, name: SettingName): string {
  return typed[name] ?? (SECRETS.includes(name) ? environmentName(name) : spellFlag(name));
}

/** `settings_invalid`, for what shows only once a setting is used. @param why what is wrong with its value */
export function wrongSetting(
  settings: Settings,
  name: SettingName,
  why: string,
  cause?: unknown,
): SottoError {
  return invalid(`The setting ${nameOf(settings, name)} is "${settings[name]}": ${why}`, cause);
}

function parse(values: Readonly<Record<string, unknown>>, typed: Spellings): Settings {
  const parsed = settingsSchema.safeParse(values);
  if (!parsed.success) throw notTaken(parsed.error.issues[0], values, typed);
  requireBoth(parsed.data, typed);
  const registration = parsed.data.registration ?? (parsed.data.domain === 'localhost' ? 'open' : 'invite');
  return { ...parsed.data, registration, typed };
}

/** A certificate and its key make sense only together, a token and the file of one only apart. */
function requireBoth(settings: Parsed, typed: Spellings): void {
  const { tlsCert, tlsKey, metricsToken, metricsTokenFile } = settings;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const [given, missing] =
      tlsCert === undefined ? (['tlsKey', 'tlsCert'] as const) : (['tlsCert', 'tlsKey'] as const);
    const name = nameOf({ typed }, given);
    const other = name.startsWith('--') ? spellFlag(missing) : environmentName(missing);
    throw invalid(`The setting ${name} is "${settings[given]}", without ${other}: give both, or neither.`);
  }
  if (metricsToken !== undefined && metricsTokenFile !== undefined) {
    const [token, file] = [nameOf({ typed }, 'metricsToken'), nameOf({ typed }, 'metricsTokenFile')];
    throw invalid(`The setting ${file} is "${metricsTokenFile}", beside ${token}: give one of them.`);
  }
}

function isOurs(variable: string): boolean {
  return variable === 'PORT' || variable.startsWith('SOTTO_');
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(shape, name);
}

function spellFlag(name: string): string {
  return `--${flagName(name)}`;
}

/** Such as `127.0.0.1, 10.0.0.0/8`. */
function areNetworks(list: string): boolean {
  return list.split(',').every((part) => {
    const [address = '', bits, ...more] = part.trim().split('/');
    const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    return (
      most > 0 &&
      more.length === 0 &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
    );
  });
}

function unknownSetting(written: string, meant: string | undefined): SottoError {
  const hint = meant === undefined ? 'sotto help serve names them all.' : `Did you mean ${meant}?`;
  return invalid(`There is no setting ${written}. ${hint}`);
}

function notTaken(
  issue: z.core.$ZodIssue | undefined,
  values: Readonly<Record<string, unknown>>,
  typed: Spellings,
): SottoError {
  const name = String(issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0]);
  if (!isSettingName(name)) return unknownSetting(name, undefined);
  const value = SECRETS.includes(name) ? 'is wrong' : `is "${values[name]}"`;
  return invalid(`The setting ${nameOf({ typed }, name)} ${value}. It takes ${issue?.message}.`);
}

function invalid(message: string, cause?: unknown): SottoError {
  return new SottoError('settings_invalid', message, { cause });
}
