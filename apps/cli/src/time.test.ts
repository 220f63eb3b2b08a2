import { describe, expect, it } from 'vitest';
import { UsageError } from './problems.ts';
import { formatTime, parseWhen } from './time.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

describe('a time', () => {
  it.each([
    ['30m', NOW - 30 * 60_000],
    ['2h', NOW - 2 * 3_600_000],
    ['3d', NOW - 3 * 86_400_000],
    ['1w', NOW - 7 * 86_400_000],
    ['2026-11-24T10:30Z', Date.UTC(2026, 10, 24, 10, 30)],
    ['2026-11-24', new Date(2026, 10, 24).getTime()],
    ['2026-11-24 10:30', new Date(2026, 10, 24, 10, 30).getTime()],
  ])('is read from %s', (text, time) => {
    expect(parseWhen(text, NOW)).toBe(time);
  });

  it.each(['', 'yesterday', '5', '5y', '2026', '2026-13-01', '24.11.2026'])(
    'is not read from "%s"',
    (text) => {
      expect(() => parseWhen(text, NOW)).toThrow(UsageError);
    },
  );

  it('is written so that it can be read again', () => {
    const time = new Date(2026, 0, 2, 3, 4).getTime();
    expect(formatTime(time)).toBe('2026-01-02 03:04');
    expect(parseWhen(formatTime(time), NOW)).toBe(time);
  });
});
