import { describe, expect, it } from 'vitest';
import { generatePassword } from './password.ts';
import { checkedRandom, systemRandom } from './random.ts';

describe('[K11] a source of randomness that fails', () => {
  it('[K11] stops the making of keys when it is stuck on one byte', () => {
    const stuck = checkedRandom((target) => target.fill(4));
    expect(() => stuck(32)).toThrow(expect.objectContaining({ code: 'random_failed' }));
  });

  it('[K11] stops it when it repeats the last block between two draws', () => {
    let block = 0;
    const repeating = checkedRandom((target) => {
      for (let at = 0; at < target.length; at += 16) target.fill(block++ % 2, at, at + 16);
      block--;
    });
    expect(repeating(16)).toHaveLength(16);
    expect(() => repeating(16)).toThrow(expect.objectContaining({ code: 'random_failed' }));
  });

  it('[K11] stops it when the source throws, and says nothing of the inside', () => {
    const throwing = checkedRandom(() => {
      throw new Error('entropy pool at /dev/secret');
    });
    expect(() => throwing(32)).toThrow(/could not produce random numbers/);
  });

  it('[K11] control: without the check a stuck source makes a key that anybody can guess', () => {
    const unchecked = (length: number) => new Uint8Array(length).fill(4);
    expect(generatePassword(unchecked)).toBe(generatePassword(unchecked));
  });
});

describe('the system source', () => {
  it('gives as many bytes as asked for, different each time', () => {
    for (const length of [0, 1, 15, 16, 17, 32, 100_000]) expect(systemRandom(length)).toHaveLength(length);
    expect(systemRandom(32)).not.toEqual(systemRandom(32));
  });

  it('refuses a length that is no whole number', () => {
    for (const length of [-1, 1.5, Number.NaN]) {
      expect(() => systemRandom(length)).toThrow(expect.objectContaining({ code: 'bad_length' }));
    }
  });
});
