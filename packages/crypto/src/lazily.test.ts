import { describe, expect, it } from 'vitest';
import { lazily } from './lazily.ts';

describe('a part that is loaded when it is needed', () => {
  it('is loaded once', async () => {
    let times = 0;
    const part = lazily(async () => ++times);
    expect(await Promise.all([part(), part()])).toEqual([1, 1]);
    expect(await part()).toBe(1);
  });

  it('says so where it cannot be had, and is tried again', async () => {
    let connected = false;
    const part = lazily(async () => {
      if (!connected) throw new TypeError('Failed to fetch dynamically imported module');
      return 'there';
    });
    await expect(part()).rejects.toMatchObject({ code: 'part_missing' });
    connected = true;
    expect(await part()).toBe('there');
  });
});
