/** A way to carry messages between an interface and the device: a worker's port, a BroadcastChannel, a socket. */

/**
 * Messages are plain data, arrive whole, once and in order. `post` may throw where a message cannot be carried, and
 * does nothing once the channel is closed.
 */
export interface Channel {
  post(message: unknown): void;
  /** Calls `listener` with each message until the returned function is called. One listener at a time. */
  listen(listener: (message: unknown) => void): () => void;
  /** Resolves when nothing will arrive any more. Without it the channel lives as long as this program. */
  readonly closed?: Promise<void>;
}
