import { decode } from 'cborg';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from './bytes.ts';
import { type CborValue, decodeCanonicalCbor, decodeCbor, encodeCbor } from './cbor.ts';

const value: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string(),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array(bytes)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

describe('CBOR', () => {
  it('brings back what it encoded, and encodes it to the same bytes again', () => {
    fc.assert(
      fc.property(value, (one) => {
        const bytes = encodeCbor(one);
        const back = decodeCanonicalCbor(bytes);
        expect(toHex(encodeCbor(back as CborValue))).toBe(toHex(bytes));
      }),
    );
  });

  it('sorts keys by their bytes, as RFC 8949 section 4.2.1 says', () => {
    expect(toHex(encodeCbor({ b: 1, aa: 2, a: 3 }))).toBe('a3616103616201626161' + '02');
  });

  it('refuses every truncation and every addition', () => {
    const bytes = encodeCbor(['text', 1_000_000, utf8('bytes'), { key: [true, null] }]);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeCbor(bytes.slice(0, length))).toBeUndefined();
    }
    expect(decodeCbor(new Uint8Array([...bytes, 0]))).toBeUndefined();
  });

  it.each([
    ['a duplicate key', 'a2616101616102'],
    ['an integer longer than needed', '1800'],
    ['an indefinite array', '9f01ff'],
    ['a tag', 'c100'],
    ['undefined', 'f7'],
    ['not a number', 'f97e00'],
    ['infinity', 'f97c00'],
    ['a key that is no text', 'a10102'],
  ])('refuses %s', (_, bytes) => {
    expect(decodeCbor(hex(bytes))).toBeUndefined();
  });

  it('refuses unsorted keys only where the bytes must be the one encoding', () => {
    const unsorted = hex('a2616201616101');
    expect(decodeCbor(unsorted)).toEqual({ a: 1, b: 1 });
    expect(decodeCanonicalCbor(unsorted)).toBeUndefined();
  });

  it('[X4] refuses deep nesting before it decodes; control: a decoder that recurses runs out of stack', () => {
    const nested = (depth: number, head: number[]) =>
      new Uint8Array([...Array.from({ length: depth }, () => head).flat(), 0x00]);
    for (const head of [[0x81], [0xa1, 0x61, 0x61], [0x82, 0x00], [0x98, 0x01]]) {
      expect(decodeCbor(nested(30_000, head))).toBeUndefined();
    }
    expect(decodeCbor(nested(32, [0x81]))).toBeDefined();
    expect(decodeCbor(nested(33, [0x81]))).toBeUndefined();
    const wide = Array.from({ length: 1_000 }, () => [[], { a: [] }, 'text', new Uint8Array(300)]);
    expect(decodeCbor(encodeCbor(wide))).toEqual(wide);
    expect(() => decode(nested(30_000, [0x81]))).toThrow(RangeError);
  });

  it('[X4] changes no prototype', () => {
    const proto = encodeCbor(new Map([['__proto__', new Map([['polluted', true]])]]) as CborValue);
    decodeCbor(proto);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('refuses to encode what it would not decode', () => {
    expect(() => encodeCbor([undefined] as unknown as CborValue)).toThrow(TypeError);
    expect(() => encodeCbor({ key: undefined } as unknown as CborValue)).toThrow(TypeError);
  });

  it('decodes to maps where asked', () => {
    const map = new Map<number, string>([[1, 'one']]);
    expect(decodeCanonicalCbor(encodeCbor(map), { maps: true })).toEqual(map);
  });
});
