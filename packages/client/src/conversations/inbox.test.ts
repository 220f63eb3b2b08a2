/** What waits to be taken in is bounded, and forgotten when it is. */
import type { Entry, StreamId } from '@sotto/contract';
import { type Bytes, toBase64Url } from '@sotto/crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { BOUNDS } from '../bounds.ts';
import { Inbox } from './inbox.ts';
import type { Receiver } from './receive.ts';

const BOUNDS_MODULE = '../bounds.ts';
const LARGE: Bytes = new Uint8Array(1_048_576);
/** A flood that the bound cuts off in its midst. */
const MANY = (2 * BOUNDS.waiting) / LARGE.length;

afterEach(() => void vi.doUnmock(BOUNDS_MODULE));

function stream(number: number): StreamId {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, number);
  return toBase64Url(id) as StreamId;
}

function entry(number: number, bytes: Bytes): Entry {
  return { number, kind: 0, sender: stream(0) as Entry['sender'], counter: number, time: 0, bytes };
}

/** An inbox whose receiver is busy until it is let go on. */
function busy(make = Inbox) {
  const released = Promise.withResolvers<void>();
  const taken: number[] = [];
  const take = async (_: StreamId, entries: readonly Entry[]) => {
    await released.promise;
    taken.push(...entries.map(({ number }) => number));
  };
  const inbox = new make(
    { take } as unknown as Receiver,
    () => undefined,
    () => undefined,
  );
  return { inbox, taken, release: released.resolve };
}

const flood = (inbox: Inbox) =>
  Array.from({ length: MANY }, (_, i) => inbox.add(stream(1), [entry(i + 1, LARGE)]));

it('[X4] what a server brings faster than it is taken in is refused beyond a bound', async () => {
  const { inbox, taken, release } = busy();
  const added = flood(inbox).filter(Boolean).length;
  expect(added).toBeLessThan(MANY);
  expect(inbox.load.bytes).toBeLessThanOrEqual(BOUNDS.waiting);
  release();
  await inbox.idle();
  expect(taken).toEqual(Array.from({ length: added }, (_, i) => i + 1));
  expect(inbox.load).toEqual({ bytes: 0, streams: 0 });
  expect(inbox.add(stream(1), [entry(added + 1, LARGE)])).toBe(true);
  await inbox.close();
});

it('[X4] control: without the bound all of it waits in memory', async () => {
  vi.doMock(BOUNDS_MODULE, () => ({ BOUNDS: { ...BOUNDS, waiting: Number.POSITIVE_INFINITY } }));
  vi.resetModules();
  const { Inbox: Weak } = await import('./inbox.ts');
  const { inbox, release } = busy(Weak);
  flood(inbox);
  expect(inbox.load.bytes).toBeGreaterThan(2 * BOUNDS.waiting);
  release();
  await inbox.close();
});

it('[X4] streams that nobody knows leave nothing behind', async () => {
  const { inbox, release } = busy();
  release();
  for (let i = 0; i < 1_000; i++) inbox.add(stream(i), [entry(1, new Uint8Array(9))]);
  await inbox.idle();
  expect(inbox.load).toEqual({ bytes: 0, streams: 0 });
});

it('a new connection drops what waits, and what comes after it is taken in', async () => {
  const { inbox, taken, release } = busy();
  for (let i = 1; i <= 3; i++) inbox.add(stream(1), [entry(i, LARGE)]);
  inbox.reset();
  inbox.add(stream(1), [entry(2, LARGE)]);
  release();
  await inbox.idle();
  expect(taken).toEqual([1, 2]);
  expect(inbox.load).toEqual({ bytes: 0, streams: 0 });
});
