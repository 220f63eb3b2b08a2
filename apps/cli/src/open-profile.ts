/**
 * Opens the profile that a command works on, or reaches the process that holds it already. The client is loaded here
 * and nowhere else, so that help and mistakes cost nothing.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from './context.ts';
import { Failure } from './problems.ts';
import { OpenProfile } from './profile.ts';

const DEFAULT_SERVER = 'http://localhost:8420';
/** In the profile's folder: the server that it is signed in at. */
const SERVER_FILE = 'server';

/** Runs `act` on the profile, and lets go of it in the end. */
export async function withProfile<T>(
  context: Context,
  act: (profile: OpenProfile) => Promise<T>,
): Promise<T> {
  const [{ openDevice }, { createDevice }] = await Promise.all([
    import('@sotto/client/node'),
    import('@sotto/client'),
  ]);
  const server = serverOf(context);
  const device = await openDevice({ home: context.home, serverUrl: server, makeDevice: createDevice });
  try {
    return await act(new OpenProfile(device.api, server, context.command));
  } finally {
    await device.close();
  }
}

/** Later commands on this profile use this server. */
export function keepServer({ home }: Context, server: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(join(home, SERVER_FILE), `${server}\n`, { mode: 0o600 });
}

/** The profile belongs to no server any more. */
export function forgetServer({ home }: Context): void {
  rmSync(join(home, SERVER_FILE), { force: true });
}

/** The one that was asked for, else the one of the profile, else the one on this machine. */
function serverOf({ home, server }: Context): string {
  const kept = keptServer(home);
  if (kept !== undefined && server !== undefined && kept !== server) {
    throw new Failure(
      'other_server',
      `This profile belongs to the server at ${kept}. Use another --home for another server.`,
    );
  }
  return server ?? kept ?? DEFAULT_SERVER;
}

function keptServer(home: string): string | undefined {
  try {
    return URL.parse(readFileSync(join(home, SERVER_FILE), 'utf8').trim())?.origin;
  } catch {
    return undefined;
  }
}
