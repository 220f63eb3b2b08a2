/** A real server on a free port of this machine, with a data folder of its own that goes when it is closed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeSettings, type RunningServer, type Settings, startServer } from '@sotto/server';

export interface TestServer extends RunningServer {
  /** The data folder. */
  readonly data: string;
  /** Everything that was logged, as text. */
  readonly log: () => string;
}

/** @param settings in place of the defaults */
export async function startTestServer(settings: Partial<Settings> = {}): Promise<TestServer> {
  const owned = settings.data === undefined;
  const data = settings.data ?? mkdtempSync(join(tmpdir(), 'sotto-server-'));
  const lines: string[] = [];
  const log = { write: (line: string) => void lines.push(line) };
  const server = await startServer(completeSettings({ host: '127.0.0.1', port: 0, ...settings, data }), {
    log,
  });
  return {
    ...server,
    data,
    log: () => lines.join(''),
    async close() {
      await server.close();
      if (owned) rmSync(data, { recursive: true, force: true });
    },
  };
}
