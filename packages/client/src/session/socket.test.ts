import { encodeServerFrame } from '@sotto/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Connection } from '../api.ts';
import type { WebSocketLike } from '../platform.ts';
import { createSocket, type Socket } from './socket.ts';

const HOUR = 3_600_000;
const READY = {
  type: 'ready',
  counter: 0,
  incarnation: 1,
  accounts: [],
  keyPackages: 0,
  contacts: 0,
} as const;

let tries: Scripted[] = [];
let told: Connection[] = [];
let socket: Socket;

beforeEach(() => {
  vi.useFakeTimers();
  tries = [];
  told = [];
  socket = createSocket({
    url: 'ws://localhost/socket',
    open: () => new Scripted(),
    token: async () => 'token',
    onFrame: () => undefined,
    onConnection: (connection) => void told.push(connection),
    onRefused: () => undefined,
  });
});
afterEach(() => {
  socket.close();
  vi.useRealTimers();
});

type Listener = (event: { data: unknown }) => void;

/** A connection that does what the test says. */
class Scripted implements WebSocketLike {
  binaryType = '';
  readonly bufferedAmount = 0;
  readonly listeners = new Map<string, Listener>();
  closed = false;

  constructor() {
    tries.push(this);
  }

  send(): void {}

  close(): void {
    this.closed = true;
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, listener);
  }

  greet(): void {
    this.listeners.get('message')?.({ data: encodeServerFrame(READY).slice().buffer });
  }

  lose(): void {
    this.listeners.get('close')?.({ data: undefined });
  }
}

/** Lets the next try begin, and loses it. */
async function fail(times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await vi.advanceTimersToNextTimerAsync();
    tries.at(-1)?.lose();
  }
}

it('tries again by itself, after pauses that grow and end', async () => {
  await vi.advanceTimersByTimeAsync(0);
  tries.at(-1)?.lose();
  await fail(12);
  const before = tries.length;
  await vi.advanceTimersByTimeAsync(45_000);
  expect(tries.length).toBeGreaterThan(before);
});

it('tries at once when it is woken, however long the pause has grown', async () => {
  await vi.advanceTimersByTimeAsync(0);
  tries.at(-1)?.lose();
  await fail(12);
  const before = tries.length;
  socket.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(tries.length).toBe(before + 1);
  expect(told.at(-1)).toBe('connecting');
});

it('makes no second connection when it is woken while there is one or one is under way', async () => {
  socket.wake();
  await vi.advanceTimersByTimeAsync(0);
  socket.wake();
  tries.at(-1)?.greet();
  socket.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(tries).toHaveLength(1);
  expect(told.at(-1)).toBe('online');
});

it('gives up a connection that has no greeting, and tries another', async () => {
  await vi.advanceTimersByTimeAsync(15_000);
  expect(tries[0]?.closed).toBe(true);
  expect(told.at(-1)).toBe('offline');
  await vi.advanceTimersToNextTimerAsync();
  expect(tries).toHaveLength(2);
});

it('keeps a connection that was greeted, however quiet it is', async () => {
  await vi.advanceTimersByTimeAsync(0);
  tries.at(-1)?.greet();
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(tries).toHaveLength(1);
  expect(tries[0]?.closed).toBe(false);
  expect(told.at(-1)).toBe('online');
});
