/**
 * One device's WebSocket: what it was sent and has acknowledged in each of its streams, and whether it keeps up.
 * What it cannot take now stays in the database; nothing is queued here beyond a bounded buffer.
 */

import type { WebSocket } from '@fastify/websocket';
import {
  encodeServerFrame,
  LIMITS,
  type ServerFrame,
  type StreamId,
  type WireErrorCode,
} from '@sotto/contract';
import type { Bytes } from '@sotto/crypto/public';
import { idBytes } from '@sotto/protocol/public';
import type { DeviceCaller } from '../platform/http/callers.ts';

/** With more than this unsent, the connection is paused. */
const HIGH_WATER = 1_048_576;
/** With more than this, nobody is reading: replies alone come to it only where somebody means to fill the memory (attack X4). */
const MOST_UNSENT = 4 * HIGH_WATER;
const BINARY = { binary: true, compress: false };

/** Where one connection is in one stream. */
export interface Feed {
  readonly connection: Connection;
  readonly stream: number;
  readonly id: StreamId;
  /** The same as 16 bytes. */
  readonly streamId: Uint8Array;
  /** The newest entry of the stream. */
  newest: number;
  /** The last entry that went out on this connection, or lies before what the device reads. */
  sent: number;
  acknowledged: number;
  /** The last entry that the device may read; infinite while it is a member. */
  until: number;
}

/** The last entry that may go out now. */
export function sendableUntil({ newest, until, acknowledged }: Feed): number {
  return Math.min(newest, until, acknowledged + LIMITS.unacknowledged);
}

export class Connection {
  readonly caller: DeviceCaller;
  readonly deviceId: Bytes;
  /** By the text of the stream's id. */
  readonly feeds = new Map<StreamId, Feed>();
  /** Submissions that wait to be written. */
  waiting = 0;
  /** When it stopped reading; null while it keeps up. */
  pausedSince: number | null = null;
  ready = false;
  readonly #socket: WebSocket;
  readonly #onDrain: (connection: Connection) => void;

  constructor(socket: WebSocket, caller: DeviceCaller, onDrain: (connection: Connection) => void) {
    this.#socket = socket;
    this.caller = caller;
    this.deviceId = idBytes(caller.device);
    this.#onDrain = onDrain;
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get keepsUp(): boolean {
    return this.pausedSince === null;
  }

  send(frame: ServerFrame): void {
    this.sendBytes(encodeServerFrame(frame));
  }

  sendBytes(frame: Uint8Array): void {
    if (!this.open) return;
    if (this.#socket.bufferedAmount > MOST_UNSENT) {
      this.terminate();
      return;
    }
    if (this.pausedSince !== null || this.#socket.bufferedAmount + frame.length <= HIGH_WATER) {
      this.#socket.send(frame, BINARY);
      return;
    }
    this.pausedSince = Date.now();
    this.#socket.send(frame, BINARY, () => {
      this.pausedSince = null;
      if (this.open) this.#onDrain(this);
    });
  }

  /** Says why and ends the connection. */
  close(code: WireErrorCode): void {
    this.send({ type: 'closing', code });
    this.#socket.close(1000);
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
