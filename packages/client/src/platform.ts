/**
 * What a device needs of the place that it runs in: the ports, each with one implementation for browsers (browser/)
 * and one for programs (node/).
 */
import type { Bytes, Random } from '@sotto/crypto';
import type { DeviceApi } from './api.ts';
import type { Store } from './store/store.ts';
import type { ProfileKey } from './store/store-key.ts';

export interface Platform {
  /**
   * Opens the profile's store, which this process or worker alone holds. Throws `profile_in_use`, `store_evicted`,
   * `store_newer`, `store_damaged` or `store_failed`.
   */
  openStore(): Promise<Store>;
  readonly profileKey: ProfileKey;
  readonly random: Random;
  readonly fetch: Fetch;
  openSocket(url: string): WebSocketLike;
  /** Milliseconds since 1970. */
  now(): number;
  /** The server's address: where the web app came from. Null where the program was told none. */
  readonly serverUrl: string | null;
  /** What this place is called in a list of devices until the person renames it, such as "Firefox on Linux". */
  readonly name: string;
}

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal: AbortSignal },
) => Promise<{ readonly status: number; readonly body: ReadableStream<Uint8Array> | null }>;

/** The part of a WebSocket that is used. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Bytes): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

/** A device that runs here, and its end. */
export type RunningDevice = DeviceApi & {
  /** Finishes what was begun and closes the store. */
  close(): Promise<void>;
};

export type MakeDevice = (platform: Platform) => Promise<RunningDevice>;
