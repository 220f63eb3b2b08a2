/** A connected socket as a channel. */
import type { Socket } from 'node:net';
import type { Channel } from '../rpc/channel.ts';
import { encodeFrame, FrameReader } from './frames.ts';

export interface SocketChannel extends Channel {
  readonly closed: Promise<void>;
  /** Sends what was posted, and closes. */
  close(): void;
}

/** Keeps what arrives until someone listens. A stream that is not of frames is closed. */
export function socketChannel(socket: Socket): SocketChannel {
  const reader = new FrameReader();
  const early: unknown[] = [];
  let listener: ((message: unknown) => void) | undefined;

  socket.on('data', (piece) => {
    const messages = reader.push(piece);
    if (messages === undefined) socket.destroy();
    for (const message of messages ?? []) {
      if (listener === undefined) early.push(message);
      else listener(message);
    }
  });
  // The close that follows says what there is to say.
  socket.on('error', () => undefined);
  return {
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
    close: () => socket.destroySoon(),
    post(message) {
      const frame = encodeFrame(message);
      if (socket.writable) socket.write(frame);
    },
    listen(next) {
      listener = next;
      for (const message of early.splice(0)) next(message);
      return () => {
        if (listener === next) listener = undefined;
      };
    },
  };
}
