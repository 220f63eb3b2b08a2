import type { DeviceApi, Queries } from '@sotto/client/api';
import { describe, expect, it, vi } from 'vitest';
import { LiveQueries } from './live.ts';

/** A device that only answers `people`, and counts who watches. */
function countingDevice() {
  const listeners = new Set<(value: Queries['people']['value']) => void>();
  let watches = 0;
  const device: DeviceApi = {
    call: () => {
      throw new Error('not asked here');
    },
    watch: (_query, _input, listener) => {
      watches += 1;
      // Only `people` is asked in this file.
      const own = listener as (value: Queries['people']['value']) => void;
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
  const tell = (value: Queries['people']['value']) => {
    for (const listener of listeners) listener(value);
  };
  return { device, tell, watching: () => listeners.size, watches: () => watches };
}

const ada = { address: 'ada@localhost', accountId: 'a', verification: 'unverified', blocked: false } as const;

describe('live queries', () => {
  it('share one watch between all who ask the same', () => {
    const source = countingDevice();
    const live = new LiveQueries(source.device);
    live.store('people', null).subscribe(() => undefined);
    live.store('people', null).subscribe(() => undefined);
    expect(source.watches()).toBe(1);
  });

  it('have no value before the device has sent one, then tell every listener', () => {
    const source = countingDevice();
    const store = new LiveQueries(source.device).store('people', null);
    const told = vi.fn();
    store.subscribe(told);
    expect(store.read()).toBeUndefined();
    source.tell([ada]);
    expect(told).toHaveBeenCalledOnce();
    expect(store.read()).toEqual([ada]);
  });

  it('end the watch some time after the last listener has gone, and keep it for one who comes back sooner', () => {
    vi.useFakeTimers();
    const source = countingDevice();
    const live = new LiveQueries(source.device, 100);
    const leave = live.store('people', null).subscribe(() => undefined);
    leave();
    vi.advanceTimersByTime(50);
    const leaveAgain = live.store('people', null).subscribe(() => undefined);
    vi.advanceTimersByTime(200);
    expect(source.watching()).toBe(1);
    leaveAgain();
    vi.advanceTimersByTime(200);
    expect(source.watching()).toBe(0);
    vi.useRealTimers();
  });
});
