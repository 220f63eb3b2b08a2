import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { awaitServer } from './return-of-server.ts';

class FakeDocument extends EventTarget {
  visibilityState = 'visible';
}

let page: { window: EventTarget; document: FakeDocument };
let tries = 0;
let stop = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  page = { window: new EventTarget(), document: new FakeDocument() };
  tries = 0;
  stop = awaitServer(page, () => {
    tries += 1;
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it.each(['online', 'focus'])('tries at once when the window says %s', (name) => {
  page.window.dispatchEvent(new Event(name));
  expect(tries).toBe(1);
});

it('tries at once when the page comes into view, and not when it goes', () => {
  page.document.visibilityState = 'hidden';
  page.document.dispatchEvent(new Event('visibilitychange'));
  expect(tries).toBe(0);
  page.document.visibilityState = 'visible';
  page.document.dispatchEvent(new Event('visibilitychange'));
  expect(tries).toBe(1);
});

it('tries every few seconds while the page is in view, and leaves the device its own pauses while it is not', () => {
  vi.advanceTimersByTime(5_000);
  expect(tries).toBe(1);
  vi.advanceTimersByTime(55_000);
  expect(tries).toBeGreaterThanOrEqual(12);
  const before = tries;
  page.document.visibilityState = 'hidden';
  vi.advanceTimersByTime(60_000);
  expect(tries).toBe(before);
});

it('ends when it is told to', () => {
  stop();
  page.window.dispatchEvent(new Event('online'));
  vi.advanceTimersByTime(60_000);
  expect(tries).toBe(0);
});
