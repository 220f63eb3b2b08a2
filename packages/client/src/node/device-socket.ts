/**
 * The Unix socket of a profile, by which other programs of the same person use the device that one of them holds.
 * It trusts whoever can open it, so only its owner can: the file's mode and the directory see to that.
 *
 * A socket's path can be about 100 bytes long. Where the profile's directory is deeper, `device.sock` in it is a link
 * to a socket in a fresh temporary directory that only its owner can enter.
 */
import { mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DeviceApi } from '../api.ts';
import { serveDevice } from '../rpc/serve.ts';
import { type SocketChannel, socketChannel } from './socket-channel.ts';

const FILE = 'device.sock';
const LONGEST_PATH = 100;

/** The first message of the serving side: a program of another version does not go on. */
const GREETING = { sotto: 1 } as const;

/** How long the holder may take to greet before it counts as not there. Milliseconds. */
const PATIENCE = 5_000;

/** How long a client may take to read what was sent to it when the holder ends. Milliseconds. */
const FAREWELL = 1_000;

/**
 * Serves `api` on the socket of the profile in `home`, in the place of what a former holder left behind. Only for the
 * holder of the profile. Returns how to end it; then all connections are closed and the file is gone.
 */
export async function serveSocket(home: string, api: DeviceApi): Promise<() => Promise<void>> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    const channel = socketChannel(socket);
    channel.post(GREETING);
    serveDevice(api, channel);
  });
  removeSocket(home);
  await listenPrivately(server, placeSocket(home));
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of connections) socket.end();
    removeSocket(home);
    const impatience = setTimeout(() => {
      for (const socket of connections) socket.destroy();
    }, FAREWELL);
    await closed;
    clearTimeout(impatience);
  };
}

/** The path to bind; the link to it is made where it is not in `home` itself. */
function placeSocket(home: string): string {
  const path = join(home, FILE);
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path;
  const target = join(mkdtempSync(join(tmpdir(), 'sotto-')), FILE);
  symlinkSync(target, path);
  return target;
}

function removeSocket(home: string): void {
  const path = join(home, FILE);
  const target = linkTarget(path);
  if (target?.endsWith(`/${FILE}`)) rmSync(dirname(target), { recursive: true, force: true });
  rmSync(path, { force: true });
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The socket is made within the call of `listen`, so the mask is in force for nothing else. */
function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const mask = process.umask(0o177);
    try {
      server.listen(path, () => resolve());
    } finally {
      process.umask(mask);
    }
  });
}

/** A channel to the holder of the profile in `home`; undefined where nobody answers; 'other version' as it says. */
export async function joinSocket(home: string): Promise<SocketChannel | 'other version' | undefined> {
  const path = join(home, FILE);
  const socket = connect(linkTarget(path) ?? path);
  const channel = socketChannel(socket);
  const greeting = await new Promise<unknown>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE);
    const answer = (message: unknown): void => {
      clearTimeout(timer);
      stop();
      resolve(message);
    };
    const stop = channel.listen(answer);
    void channel.closed.then(() => answer(undefined));
  });
  if (isGreeting(greeting)) return channel;
  socket.destroy();
  return greeting === undefined ? undefined : 'other version';
}

function isGreeting(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'sotto' in message && message.sotto === GREETING.sotto
  );
}
