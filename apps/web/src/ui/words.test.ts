import { describe, expect, it } from 'vitest';
import {
  completeAddress,
  dayLabel,
  daysBefore,
  describeBrowser,
  initialsOf,
  listTime,
  nameHere,
  nameOfAddress,
} from './words.ts';

const now = new Date(2026, 10, 23, 18, 0).getTime();
const at = (day: number, hour = 9) => new Date(2026, 10, day, hour, 5).getTime();

describe('people', () => {
  it('are shown by the name in their address', () => {
    expect(nameOfAddress('nadia.okafor@example.org')).toBe('nadia.okafor');
    expect(nameOfAddress('nobody')).toBe('nobody');
  });

  it('have two initials', () => {
    expect(initialsOf('nadia.okafor@example.org')).toBe('NO');
    expect(initialsOf('mum@localhost')).toBe('MU');
    expect(initialsOf('x@localhost')).toBe('X');
  });

  it('are found by name alone on their own server', () => {
    expect(completeAddress(' Bob ', 'localhost')).toBe('bob@localhost');
    expect(completeAddress('bob@there', 'localhost')).toBe('bob@there');
    expect(completeAddress('bob', null)).toBe('bob');
    expect(completeAddress('', 'localhost')).toBe('');
  });

  it('may give their whole address for a name', () => {
    expect(nameHere(' Alice@localhost ', 'localhost')).toBe('alice');
    expect(nameHere('alice', 'localhost')).toBe('alice');
    expect(nameHere('alice@there', 'localhost')).toBe('alice@there');
    expect(nameHere('alice@localhost', null)).toBe('alice@localhost');
  });
});

describe('times', () => {
  it('count days by the calendar, also where one is shorter', () => {
    expect(daysBefore(at(22, 23), at(23, 1))).toBe(1);
    expect(daysBefore(at(23, 1), now)).toBe(0);
  });

  it('are near by clock, then by day, then by date', () => {
    expect(listTime(at(23), now)).toMatch(/9:05/);
    expect(listTime(at(22), now)).toBe('Yesterday');
    expect(listTime(at(20), now)).toMatch(/^\w{3}$/);
    expect(listTime(at(2), now)).not.toContain('2026');
    expect(listTime(new Date(2025, 0, 3).getTime(), now)).toContain('2025');
    expect(dayLabel(at(23), now)).toBe('Today');
    expect(dayLabel(at(22), now)).toBe('Yesterday');
  });

  it('never show a day to come, whatever clock wrote them', () => {
    expect(dayLabel(now + 86_400_000 * 3, now)).toBe('Today');
  });
});

describe('this browser', () => {
  it('has a name that a person knows', () => {
    expect(describeBrowser('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe(
      'Firefox on Linux',
    );
    expect(
      describeBrowser('Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36'),
    ).toBe('Chrome on Android');
    expect(describeBrowser('')).toBe('Browser');
  });
});
