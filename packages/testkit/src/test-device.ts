/** A real device over a real store, on its own folder: what the command line is, without the terminal. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevice, type Platform, type Queries, type RunningDevice } from '@sotto/client';
import { openProfileKey, openSqliteStore } from '@sotto/client/node';
import { systemRandom } from '@sotto/crypto';

export interface TestDevice extends RunningDevice {
  /** The folder of the profile. */
  readonly home: string;
  /** The first value of a query that satisfies `wanted`. Rejects after 20 s with the last value seen. */
  until<K extends keyof Queries>(
    query: K,
    input: Queries[K]['input'],
    wanted: (value: Queries[K]['value']) => boolean,
  ): Promise<Queries[K]['value']>;
  /** Ends the device and removes its folder. */
  dispose(): Promise<void>;
}

export interface TestDeviceOptions {
  /** An existing profile. */
  readonly home?: string;
  /** In place of parts of the platform. */
  readonly platform?: Partial<Platform>;
}

const PATIENCE = 20_000;

export async function openTestDevice(
  serverUrl: string,
  options: TestDeviceOptions = {},
): Promise<TestDevice> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'sotto-device-'));
  const random = options.platform?.random ?? systemRandom;
  const device = await createDevice({
    openStore: async () => openSqliteStore(join(home, 'profile.db')),
    profileKey: openProfileKey(home, random),
    random,
    fetch: globalThis.fetch,
    openSocket: (url) => new WebSocket(url),
    now: Date.now,
    serverUrl,
    name: 'Test device',
    ...options.platform,
  });
  const testDevice: TestDevice = {
    home,
    call: (command, ...input) => device.call(command, ...input),
    watch: (query, input, listener) => device.watch(query, input, listener),
    close: () => device.close(),
    until: (query, input, wanted) => until(device, query, input, wanted),
    async dispose() {
      await device.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return testDevice;
}

function until<K extends keyof Queries>(
  device: RunningDevice,
  query: K,
  input: Queries[K]['input'],
  wanted: (value: Queries[K]['value']) => boolean,
): Promise<Queries[K]['value']> {
  return new Promise((resolve, reject) => {
    let last: unknown;
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`${query} did not become what was wanted; the last value: ${JSON.stringify(last)}`));
    }, PATIENCE);
    const stop = device.watch(query, input, (value) => {
      last = value;
      if (!wanted(value)) return;
      clearTimeout(timer);
      setTimeout(() => stop());
      resolve(value);
    });
  });
}
