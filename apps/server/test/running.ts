/** A real server on a free port of this machine, with its data in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, type StartOptions, startServer } from '../src/server.ts';
import { completeSettings, type Settings } from '../src/settings.ts';

export interface TestServer extends RunningServer {
  readonly data: string;
  readonly settings: Settings;
  readonly log: string[];
}

const folders: string[] = [];

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-server-'));
  folders.push(folder);
  return folder;
}

export async function start(
  some: Partial<Parameters<typeof completeSettings>[0]> = {},
  options: StartOptions = {},
): Promise<TestServer> {
  const data = some.data ?? newFolder();
  const log: string[] = [];
  const settings = completeSettings({
    port: 0,
    host: '127.0.0.1',
    webDir: join(data, 'no-web-app'),
    requestsPerMinute: 100_000,
    accountRequestsPerMinute: 100_000,
    messagesPerMinute: 1_000_000,
    signInsPerMinute: 100_000,
    ...some,
    data,
  });
  const server = await startServer(settings, { log: { write: (line) => void log.push(line) }, ...options });
  return { ...server, data, settings, log };
}

/** Removes what the tests of a file left behind. */
export function cleanUp(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
