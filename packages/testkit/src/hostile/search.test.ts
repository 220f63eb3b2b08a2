import { systemRandom, toBase64Url, toHex, utf8 } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { leaksIn } from './search.ts';

const TEXT = 'Grüße aus "Köln"';
const SECRETS = [{ name: 'greeting', text: TEXT }];

function planted(bytes: Uint8Array, shift: number): Uint8Array {
  const noise = systemRandom(shift);
  return new Uint8Array([...noise, ...bytes, ...systemRandom(5)]);
}

describe('the search for leaks', () => {
  it('finds nothing where there is nothing', () => {
    expect(leaksIn([systemRandom(100_000), utf8('nothing here')], SECRETS)).toEqual([]);
  });

  it.each([0, 1, 2, 3])('finds a secret in each form, %i bytes in', (shift) => {
    const plain = planted(utf8(TEXT), shift);
    const wide = planted(new Uint8Array(Buffer.from(TEXT, 'utf16le')), shift);
    for (const bytes of [
      plain,
      wide,
      planted(new Uint8Array(Buffer.from(TEXT, 'utf16le').swap16()), shift),
      utf8(toBase64Url(plain)),
      utf8(Buffer.from(plain).toString('base64')),
      utf8(toBase64Url(wide)),
      utf8(toHex(plain)),
      utf8(toHex(plain).toUpperCase()),
      utf8(JSON.stringify({ text: TEXT })),
      utf8(`/?text=${encodeURIComponent(TEXT)}`),
    ]) {
      expect(leaksIn([systemRandom(100), bytes], SECRETS).join()).toContain('greeting');
    }
  });
});
