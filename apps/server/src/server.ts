/** Puts the server together, starts and stops it. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { wireErrorOf } from '@sotto/contract';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import { pino } from 'pino';
import type { Follower } from './conversations/following/follower.ts';
import { PublicFollower } from './conversations/following/public-follower.ts';
import { conversationRoutes } from './conversations/routes.ts';
import { directoryRoutes } from './directory/routes.ts';
import { newOpaqueSetup, opaqueServer } from './identity/opaque.ts';
import { identityRoutes } from './identity/routes.ts';
import { DATABASE_FILE, openDatabase } from './platform/database/database.ts';
import { createApp } from './platform/http/app.ts';
import { bearerToken, callerOf } from './platform/http/callers.ts';
import { installDocs } from './platform/http/docs.ts';
import { installMetrics } from './platform/http/metrics.ts';
import { installRateLimits } from './platform/http/rate-limits.ts';
import { installWebApp } from './platform/http/web-app.ts';
import type { Platform } from './platform/platform.ts';
import { readSecrets, secretsFile } from './platform/secrets.ts';
import type { Settings } from './settings.ts';
import { endSockets } from './streams/keep-alive.ts';
import { installSocket } from './streams/socket.ts';
import { Streams } from './streams/streams.ts';
import { startSweeping } from './sweep.ts';

export interface RunningServer {
  /** Where to open it on this machine. */
  readonly url: string;
  readonly port: number;
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
  /** Follows the groups; the default is {@link PublicFollower}. */
  readonly follower?: Follower;
}

/** Throws `settings_invalid`, `data_newer`, `secrets_damaged`, or what the system says of the port and the files. */
export async function startServer(settings: Settings, options: StartOptions = {}): Promise<RunningServer> {
  mkdirSync(settings.data, { recursive: true, mode: 0o700 });
  const lost = existsSync(join(settings.data, DATABASE_FILE)) && !existsSync(secretsFile(settings.data));
  const secrets = readSecrets(settings.data, await newOpaqueSetup());
  const database = await openDatabase(join(settings.data, DATABASE_FILE), options.mostPages);
  const platform: Platform = { settings, database, secrets, now: options.now ?? Date.now };
  try {
    return await serve(platform, lost, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function serve(
  platform: Platform,
  secretsLost: boolean,
  { log, follower = new PublicFollower(platform) }: StartOptions,
): Promise<RunningServer> {
  const { settings, database, secrets } = platform;
  const logOptions = { level: settings.logLevel, base: null };
  const app = await createApp(settings, log === undefined ? pino(logOptions) : pino(logOptions, log));
  if (secretsLost) app.log.warn('the OPAQUE setup is gone: earlier passwords fail, recovery codes work');
  const streams = new Streams(platform);
  const opaque = await opaqueServer(secrets.opaqueSetup);
  const limits = await installRateLimits(app, settings);
  await installDocs(app);
  installMetrics(app, settings, {
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
  conversationRoutes(routing, platform, streams, follower);
  await installWebApp(app, settings.webDir);
  const sweeping = startSweeping(platform, streams);
  await app.listen({ port: settings.port, host: settings.host, listenTextResolver: () => 'listening' });
  return running(app, settings, async () => {
    await streams.close();
    await endSockets(app);
    await app.close();
    await sweeping.stop();
    await database.close();
  });
}

function running(app: FastifyInstance, settings: Settings, stop: () => Promise<void>): RunningServer {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  const scheme = settings.tlsCert === undefined ? 'http' : 'https';
  const host = settings.host === '::' || settings.host === '0.0.0.0' ? 'localhost' : settings.host;
  let stopped: Promise<void> | undefined;
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () => (stopped ??= stop()),
  };
}
