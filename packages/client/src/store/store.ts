/**
 * The port of the local store: opaque bytes under ordered text keys. Encryption is above it (sealed-store.ts), so an
 * implementation sees ciphertext only. Keys are ASCII and hold random ids and numbers, never a name or an address.
 *
 * Errors: `store_full` when the disk or quota refuses (nothing of the batch was written), `store_failed` otherwise.
 */
import type { Bytes } from '@sotto/crypto';

export type Change = { readonly put: string; readonly value: Bytes } | { readonly delete: string };

export interface Range {
  /** Keys that begin with this. */
  readonly prefix: string;
  /** Only keys strictly before this one. */
  readonly before?: string;
  /** Only keys strictly after this one. */
  readonly after?: string;
  /** Highest keys first. */
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface Store {
  /** A copy that the caller owns; undefined where there is none. */
  get(key: string): Promise<Bytes | undefined>;
  put(key: string, value: Bytes): Promise<void>;
  delete(key: string): Promise<void>;
  /** In the order of the keys' code units. */
  range(range: Range): Promise<readonly (readonly [key: string, value: Bytes])[]>;
  /** All or nothing, and durable when it resolves. */
  batch(changes: readonly Change[]): Promise<void>;
  /** Removes everything, for signing out. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
