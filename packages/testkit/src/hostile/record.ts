/** What has passed through a hostile server. */
import type { ClientFrame, ServerFrame } from '@sotto/contract';
import { utf8 } from '@sotto/crypto/public';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  /** The body as the client sent it; empty where there was none. */
  readonly request: string;
  /** Null where the connection broke. */
  readonly status: number | null;
  /** The body as the client got it. */
  readonly answer: string;
}

export interface Traffic {
  readonly exchanges: Exchange[];
  /** As the clients sent them, before any rule. */
  readonly clientFrames: ClientFrame[];
  readonly clientBytes: Uint8Array[];
  /** As the real server sent them, before any rule. */
  readonly serverFrames: ServerFrame[];
  /** As the clients got them. */
  readonly serverBytes: Uint8Array[];
}

export function newTraffic(): Traffic {
  return { exchanges: [], clientFrames: [], clientBytes: [], serverFrames: [], serverBytes: [] };
}

/** Everything that passed, in no order. */
export function allBytes(traffic: Traffic): readonly Uint8Array[] {
  const texts = traffic.exchanges.flatMap(({ path, authorization, request, answer }) => [
    path,
    authorization ?? '',
    request,
    answer,
  ]);
  return [...traffic.clientBytes, ...traffic.serverBytes, ...texts.map(utf8)];
}
