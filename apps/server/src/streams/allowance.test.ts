import { describe, expect, it } from 'vitest';
import { Allowance } from './allowance.ts';

describe('[X4] what a device may submit in a minute', () => {
  it('[X4] ends at its limit, counts large entries for more, and leaves other devices theirs', () => {
    const allowance = new Allowance(10, () => 0);
    for (let i = 0; i < 8; i++) expect(allowance.take(1, 300)).toBe(true);
    expect(allowance.take(1, 65_536)).toBe(false);
    expect(allowance.take(1, 16_384)).toBe(true);
    expect(allowance.take(1, 0)).toBe(false);
    expect(allowance.take(2, 65_536)).toBe(true);
  });

  it('[X4] begins anew with the next minute', () => {
    let now = 59_999;
    const allowance = new Allowance(1, () => now);
    expect(allowance.take(1, 1)).toBe(true);
    expect(allowance.take(1, 1)).toBe(false);
    now = 60_000;
    expect(allowance.take(1, 1)).toBe(true);
  });
});
