import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareBytes,
  concat,
  equalBytes,
  fromBase64Url,
  fromUtf8,
  toBase64Url,
  toHex,
  utf8,
} from './bytes.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

describe('base64url', () => {
  it('brings back what it encoded, as Node encodes it', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toBase64Url(value)).toBe(Buffer.from(value).toString('base64url'));
        expect(fromBase64Url(toBase64Url(value))).toEqual(new Uint8Array(value));
      }),
    );
  });

  it('takes one text for each byte string: no padding, no other alphabet, no stray bits', () => {
    for (const text of ['AA==', 'A', 'A+', 'A/', 'AB', 'A A', 'AAB', '\n']) {
      expect(fromBase64Url(text), text).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const decoded = fromBase64Url(text);
        if (decoded !== undefined) expect(toBase64Url(decoded)).toBe(text);
      }),
    );
  });

  it('encodes more bytes than an argument list can hold', () => {
    const large = new Uint8Array(1 << 20).fill(7);
    expect(fromBase64Url(toBase64Url(large))).toEqual(large);
  });
});

describe('comparing', () => {
  it('finds byte strings equal only when every byte and the length are', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      }),
    );
  });
});

describe('text', () => {
  it('refuses what is not well-formed UTF-8', () => {
    expect(fromUtf8(Uint8Array.of(0xc0, 0x80))).toBeUndefined();
    expect(fromUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined();
    expect(fromUtf8(utf8('Grüße 👋'))).toBe('Grüße 👋');
  });

  it('joins and prints', () => {
    expect(toHex(concat(Uint8Array.of(0, 1), Uint8Array.of(255)))).toBe('0001ff');
  });
});
