/** The settings of the server as options of commands. A test holds them equal to the server's own. */
import type { Settings } from '@sotto/server';
import type { Options } from '../../command.ts';
import type { Context, Environment } from '../../context.ts';
import { nearest } from '../../nearest.ts';

/** The token of the metrics is a secret: it comes from the environment, or from a file. */
export const settingOptions = {
  port: { type: 'string', value: 'N', help: 'where it listens (8420)' },
  host: { type: 'string', value: 'ADDRESS', help: 'the network interface (all)' },
  data: { type: 'string', value: 'DIR', help: 'folder of its data (./data)' },
  domain: { type: 'string', value: 'NAME', help: 'the part of addresses behind the @ (localhost)' },
  registration: { type: 'string', value: 'open|invite|closed', help: 'who may sign up' },
  'tls-cert': { type: 'string', value: 'FILE', help: 'certificate chain; with it, HTTPS' },
  'tls-key': { type: 'string', value: 'FILE', help: 'key of the certificate' },
  'trust-proxy': { type: 'string', value: 'ADDRESSES', help: 'reverse proxies whose headers count' },
  'public-url': { type: 'string', value: 'URL', help: 'where people open it' },
  'web-dir': { type: 'string', value: 'DIR', help: 'the built web app' },
  'log-level': { type: 'string', value: 'LEVEL', help: 'fatal, error, warn, info, debug or silent' },
  metrics: { type: 'string', value: 'true|false', help: 'serve /metrics' },
  'metrics-token-file': { type: 'string', value: 'FILE', help: 'token for /metrics from elsewhere' },
  'requests-per-minute': { type: 'string', value: 'N', help: 'limit of one network address' },
  'account-requests-per-minute': { type: 'string', value: 'N', help: 'limit of one account' },
  'sign-ins-per-minute': { type: 'string', value: 'N', help: 'limit of one network address' },
  'messages-per-minute': { type: 'string', value: 'N', help: 'limit of one device' },
  'connections-per-address': { type: 'string', value: 'N', help: 'connections of one network address' },
} as const satisfies Options;

type Flags = Readonly<Partial<Record<keyof typeof settingOptions, string>>>;

/** Variables of the command line itself. */
const OURS = ['SOTTO_COMMAND', 'SOTTO_HOME', 'SOTTO_SERVER'];

/** Throws `settings_invalid`. */
export async function serverSettings({ env, terminal }: Context, flags: Flags): Promise<Settings> {
  const { readSettings } = await import('@sotto/server');
  const quiet = terminal.logsToTerminal && flags['log-level'] === undefined && !env.SOTTO_LOG_LEVEL;
  return readSettings({
    flags: { ...only(flags), ...(quiet ? { 'log-level': 'warn' } : {}) },
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !OURS.includes(name))),
    nearest,
  });
}

/** Folder of the server's data, for commands that take no other setting. */
export async function dataFolder(env: Environment, flag: string | undefined): Promise<string> {
  const { readSettings } = await import('@sotto/server');
  return readSettings({ flags: { data: flag }, env: env.SOTTO_DATA ? { SOTTO_DATA: env.SOTTO_DATA } : {} })
    .data;
}

/** Without the options that every command has. */
function only(flags: Flags): Record<string, string | undefined> {
  const names = Object.keys(settingOptions) as (keyof typeof settingOptions)[];
  return Object.fromEntries(names.map((name) => [name, flags[name]]));
}
