/**
 * Live queries of a device as stores that React can read. Components that ask the same thing share one watch; the
 * last value is kept for a moment after the last of them has gone, so that going back shows it at once.
 */
import type { DeviceApi, Queries } from '@sotto/client/api';

export interface LiveStore<Value> {
  subscribe(listener: () => void): () => void;
  /** Undefined until the device has sent the first value. */
  read(): Value | undefined;
}

type AnyStore = LiveStore<Queries[keyof Queries]['value']>;

const KEEP_MS = 20_000;

/** Stores for one device, by query and input. */
export class LiveQueries {
  readonly #device: DeviceApi;
  readonly #keepMs: number;
  readonly #stores = new Map<string, AnyStore>();

  constructor(device: DeviceApi, keepMs = KEEP_MS) {
    this.#device = device;
    this.#keepMs = keepMs;
  }

  /** The same object for equal questions, as long as somebody reads it. */
  store<K extends keyof Queries>(query: K, input: Queries[K]['input']): LiveStore<Queries[K]['value']> {
    const key = JSON.stringify([query, input]);
    const known = this.#stores.get(key);
    // The key holds the query's name, so the store is of its kind.
    if (known !== undefined) return known as LiveStore<Queries[K]['value']>;
    const made = this.#watched(query, input, () => this.#stores.delete(key));
    this.#stores.set(key, made);
    return made;
  }

  #watched<K extends keyof Queries>(
    query: K,
    input: Queries[K]['input'],
    forget: () => void,
  ): LiveStore<Queries[K]['value']> {
    type Value = Queries[K]['value'];
    const listeners = new Set<() => void>();
    let value: Value | undefined;
    let stop: (() => void) | undefined;
    let ending: ReturnType<typeof setTimeout> | undefined;
    const start = () => {
      stop ??= this.#device.watch(query, input, (next: Value) => {
        value = next;
        for (const listener of listeners) listener();
      });
    };
    const end = () => {
      if (listeners.size > 0) return;
      stop?.();
      stop = undefined;
      forget();
    };
    return {
      subscribe: (listener) => {
        clearTimeout(ending);
        listeners.add(listener);
        start();
        return () => {
          listeners.delete(listener);
          if (listeners.size === 0) ending = setTimeout(end, this.#keepMs);
        };
      },
      read: () => value,
    };
  }
}
