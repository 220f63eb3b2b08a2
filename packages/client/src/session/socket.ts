/**
 * The connection to the server's WebSocket: opened with a fresh token, opened again after a loss with growing pauses,
 * given up and tried anew where no greeting comes, and closed for good only by its owner. Frames are decoded here. One
 * that is malformed or of a kind not known is passed over: to end the connection would bring the same frame again and
 * again (attack M19). What it held is asked for at the next connection, or shows as a gap.
 */
import {
  type ClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  PROTOCOL_VERSION,
  type ServerFrame,
} from '@sotto/contract';
import { hasCode } from '@sotto/crypto';
import type { Connection } from '../api.ts';
import type { WebSocketLike } from '../platform.ts';

export interface SocketOptions {
  readonly url: string;
  readonly open: (url: string) => WebSocketLike;
  /** A token that is good now. A rejection with `not_signed_in` or `offline` is passed on or retried. */
  readonly token: () => Promise<string>;
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onConnection: (connection: Connection) => void;
  /** The server does not accept this device any more; the socket has stopped. */
  readonly onRefused: () => void;
}

export interface Socket {
  /** Sends where connected; a frame is lost where not, so what must arrive is sent again at `ready`. */
  send(frame: ClientFrame): void;
  /** Tries now instead of after the pause; the pauses stay as long as they have grown. */
  wake(): void;
  /** Gives up the connection that there is and makes another: the server brings anew what was not acknowledged. */
  restart(): void;
  close(): void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** A connection that has no greeting by then leads nowhere: a network that swallows everything never says so. */
const GREETING_WITHIN = 15_000;

export function createSocket(options: SocketOptions): Socket {
  let current: WebSocketLike | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = FIRST_PAUSE;
  let closed = false;
  let connecting = false;
  let giveUp: () => void = () => undefined;

  const retry = (): void => {
    if (closed || timer !== undefined) return;
    options.onConnection('offline');
    timer = setTimeout(connect, pause * (0.5 + jitter()));
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  };

  const connect = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (closed || connecting || current !== undefined) return;
    connecting = true;
    options.onConnection('connecting');
    try {
      const token = await options.token();
      if (!closed) attach(options.open(options.url), token);
    } catch (error) {
      if (hasCode(error, 'not_signed_in')) {
        closed = true;
        options.onRefused();
      } else retry();
    } finally {
      connecting = false;
    }
  };

  const attach = (socket: WebSocketLike, token: string): void => {
    current = socket;
    let ready = false;
    socket.binaryType = 'arraybuffer';
    const lost = (): void => {
      clearTimeout(greeting);
      if (current !== socket) return;
      current = undefined;
      retry();
    };
    giveUp = () => {
      socket.close();
      lost();
    };
    const greeting = setTimeout(giveUp, GREETING_WITHIN);
    socket.addEventListener('open', () => {
      socket.send(encodeClientFrame({ type: 'hello', protocol: PROTOCOL_VERSION, token }));
    });
    socket.addEventListener('message', ({ data }) => {
      const frame = data instanceof ArrayBuffer ? decodeServerFrame(new Uint8Array(data)) : undefined;
      if (current !== socket) return;
      if (frame === undefined) {
        // Without a greeting that it understands, the client could wait for ever.
        if (!ready) socket.close();
        return;
      }
      if (frame.type === 'ready') {
        ready = true;
        clearTimeout(greeting);
        pause = FIRST_PAUSE;
        options.onConnection('online');
      }
      options.onFrame(frame);
    });
    socket.addEventListener('close', lost);
    socket.addEventListener('error', giveUp);
  };

  void connect();
  return {
    send(frame) {
      current?.send(encodeClientFrame(frame));
    },
    wake() {
      if (timer !== undefined) void connect();
    },
    restart() {
      if (current !== undefined) giveUp();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      const socket = current;
      current = undefined;
      socket?.close();
      options.onConnection('offline');
    },
  };
}

/** Spreads reconnections of many clients; no secret depends on it. */
function jitter(): number {
  return (globalThis.crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) / 255;
}
