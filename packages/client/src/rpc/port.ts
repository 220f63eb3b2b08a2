/** A worker, its scope or a MessagePort as a channel. */
import type { Channel } from './channel.ts';

/** What `Worker`, `DedicatedWorkerGlobalScope` and `MessagePort` have in common. */
export interface PortLike {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  /** A MessagePort begins to deliver with this. */
  start?(): void;
}

export function portChannel(port: PortLike): Channel {
  return {
    post: (message) => port.postMessage(message),
    listen(listener) {
      const receive = (event: { readonly data: unknown }) => listener(event.data);
      port.addEventListener('message', receive);
      port.start?.();
      return () => port.removeEventListener('message', receive);
    },
  };
}
