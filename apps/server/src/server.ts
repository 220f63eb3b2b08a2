/** Puts the server together, starts and stops it. */
import { wireErrorOf } from '@sotto/contract';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import { pino } from 'pino';
import type { Follower } from './conversations/following/follower.ts';
import { PublicFollower } from './conversations/following/public-follower.ts';
import { conversationRoutes } from './conversations/routes.ts';
import { directoryRoutes } from './directory/routes.ts';
import { newOpaqueSetup, opaqueServer } from './identity/opaque.ts';
import { isFirst } from './identity/registration.ts';
import { identityRoutes } from './identity/routes.ts';
import { type Data, openData } from './platform/data.ts';
import { createApp } from './platform/http/app.ts';
import { bearerToken, callerOf } from './platform/http/callers.ts';
import { watchConnections } from './platform/http/closing.ts';
import { installDocs } from './platform/http/docs.ts';
import { listeningError, requireListening } from './platform/http/listening.ts';
import { installMetrics } from './platform/http/metrics.ts';
import { installRateLimits } from './platform/http/rate-limits.ts';
import { readSettingFiles, type SettingFiles } from './platform/http/setting-files.ts';
import { installWebApp } from './platform/http/web-app.ts';
import type { Platform } from './platform/platform.ts';
import type { Settings } from './settings.ts';
import { endSockets } from './streams/keep-alive.ts';
import { installSocket } from './streams/socket.ts';
import { Streams } from './streams/streams.ts';
import { startSweeping } from './sweep.ts';

export interface RunningServer {
  /** Where to open it on this machine. */
  readonly url: string;
  readonly port: number;
  /** Where people open it: the same, unless the settings give it a name. */
  readonly publicUrl: string;
  /** Nobody has an account yet: the next one owns the server. */
  readonly first: boolean;
  /** Whether there is a web app to serve. */
  readonly webApp: boolean;
  /** Writes what was submitted, answers what was asked, and ends. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Where the log goes, as JSON lines; the default is standard output. */
  readonly log?: DestinationStream;
  /** Milliseconds since 1970; the default is the system's clock. */
  readonly now?: () => number;
  /** Largest size of the database in pages of 8 KiB; beyond it the server answers as on a full disk. */
  readonly mostPages?: number;
  /** Who follows the groups; the default is {@link PublicFollower}. */
  readonly follower?: (platform: Platform) => Follower;
}

/**
 * Throws `port_unavailable`, `settings_invalid`, `data_in_use`, `data_newer` or `secrets_damaged`. What the settings get
 * wrong shows before the data folder is made.
 */
export async function startServer(settings: Settings, options: StartOptions = {}): Promise<RunningServer> {
  const files = readSettingFiles(settings);
  await requireListening(settings);
  const { mostPages } = options;
  const data = await openData(settings, { makeSetup: await newOpaqueSetup(), mostPages });
  try {
    return await serve(settings, files, data, options);
  } catch (error) {
    await data.close();
    throw listeningError(settings, error);
  }
}

async function serve(
  settings: Settings,
  files: SettingFiles,
  { database, secrets, secretsLost, close }: Data,
  { log, now = Date.now, follower = followPublicly }: StartOptions,
): Promise<RunningServer> {
  const platform: Platform = { settings, database, secrets, now };
  const logOptions = { level: settings.logLevel, base: null };
  const app = await createApp(settings, files, log === undefined ? pino(logOptions) : pino(logOptions, log));
  if (secretsLost) app.log.warn('the OPAQUE setup is gone: earlier passwords fail, recovery codes work');
  const connections = watchConnections(app);
  const streams = new Streams(platform);
  const opaque = await opaqueServer(secrets.opaqueSetup);
  const limits = await installRateLimits(app, settings);
  await installDocs(app);
  installMetrics(app, settings, files.metricsToken, {
    connections: () => streams.connected,
    statements: () => database.counter.statements,
    opaqueOperations: opaque.operations,
  });
  installSocket(app, platform, streams);
  const routing = {
    app,
    limits,
    async identify(request: Parameters<typeof bearerToken>[0], kind: 'device' | 'slot') {
      const caller = await callerOf(database.tables, bearerToken(request), kind, platform.now());
      if (caller === undefined) throw wireErrorOf('not_signed_in');
      return caller;
    },
  };
  identityRoutes(routing, platform, streams, opaque);
  directoryRoutes(routing, platform);
  conversationRoutes(routing, platform, streams, follower(platform));
  const webApp = await installWebApp(app, settings.webDir);
  const first = await isFirst(database.tables);
  const sweeping = startSweeping(platform, streams);
  await app.listen({ port: settings.port, host: settings.host, listenTextResolver: () => 'listening' });
  return { ...placeOf(app, settings), first, webApp, close: once(stop) };

  async function stop(): Promise<void> {
    await streams.close();
    await endSockets(app);
    await Promise.all([app.close(), connections.cutOff()]);
    await sweeping.stop();
    await close();
  }
}

function followPublicly(platform: Platform): Follower {
  return new PublicFollower(platform);
}

function once(stop: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  return () => (stopped ??= stop());
}

function placeOf(
  app: FastifyInstance,
  settings: Settings,
): Pick<RunningServer, 'url' | 'port' | 'publicUrl'> {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  const secure = settings.tlsCert !== undefined;
  const host = settings.host === '::' || settings.host === '0.0.0.0' ? 'localhost' : settings.host;
  const url = `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { url, port, publicUrl: publicUrlOf(settings, port) ?? url };
}

/** Undefined for a server without a name of its own, or that has one and no HTTPS yet. */
function publicUrlOf({ publicUrl, domain, tlsCert, trustProxy }: Settings, port: number): string | undefined {
  if (publicUrl !== undefined) return new URL(publicUrl).origin;
  if (domain === 'localhost') return undefined;
  if (trustProxy !== undefined) return `https://${domain}`;
  return tlsCert === undefined ? undefined : new URL(`https://${domain.replace(/:\d+$/, '')}:${port}`).origin;
}
