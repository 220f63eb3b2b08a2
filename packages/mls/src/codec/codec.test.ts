import { describe, expect, test } from 'vitest';
import {
  type Codec,
  decode,
  encode,
  fixed,
  oneOf,
  opaque,
  optional,
  struct,
  uint8,
  uint16,
  uint32,
  uint64,
  vector,
} from './codec.ts';
import { Writer } from './writer.ts';

interface Sample {
  readonly a: number;
  readonly b: bigint;
  readonly c: readonly Uint8Array[];
  readonly d: number | undefined;
}
const sample: Codec<Sample> = struct<Sample>({
  a: uint32,
  b: uint64,
  c: vector(opaque),
  d: optional(uint16),
});

describe('every codec', () => {
  test('reads what it wrote, and nothing shorter or longer', () => {
    const value = { a: 0xfffffffe, b: 2n ** 63n + 5n, c: [new Uint8Array(70), Uint8Array.of(1)], d: 513 };
    const bytes = encode(sample, value);
    expect(decode(sample, bytes)).toEqual(value);
    for (let length = 0; length < bytes.length; length++) {
      expect(decode(sample, bytes.subarray(0, length))).toBeUndefined();
    }
    expect(decode(sample, new Uint8Array([...bytes, 0]))).toBeUndefined();
  });

  test('copies what it reads: the input may change afterwards', () => {
    const bytes = Uint8Array.of(2, 7, 7);
    const read = decode(opaque, bytes);
    bytes.fill(0);
    expect(read).toEqual(Uint8Array.of(7, 7));
  });
});

describe('vector sizes', () => {
  test.each([0, 1, 63, 64, 255, 16383, 16384, 70000])('%i bytes have one encoding', (length) => {
    const bytes = encode(opaque, new Uint8Array(length));
    expect(bytes.length - length).toBe(length < 64 ? 1 : length < 16384 ? 2 : 4);
    expect(decode(opaque, bytes)).toHaveLength(length);
  });

  test.each([
    ['two bytes for what fits in one', [0x40, 0x01, 9]],
    ['four bytes for what fits in two', [0x80, 0, 0, 1, 9]],
    ['the reserved prefix', [0xc0, 0, 0, 0, 0, 0, 0, 0]],
    ['more than there is', [0x05, 1, 2]],
  ])('%s is malformed', (_title, bytes) => {
    expect(decode(opaque, Uint8Array.from(bytes))).toBeUndefined();
  });
});

test('presence octets and enumerations have no other values', () => {
  expect(decode(optional(uint8), Uint8Array.of(2, 1))).toBeUndefined();
  expect(decode(optional(uint8), Uint8Array.of(0))).toBeUndefined();
  const codec = oneOf(uint8, [1, 2]);
  expect(decode(codec, Uint8Array.of(3))).toBeUndefined();
  expect(decode(codec, Uint8Array.of(2))).toBe(2);
  expect(decode(fixed(4), Uint8Array.of(1, 2, 3, 4))).toHaveLength(4);
});

test('writers that are open at once, or follow one another, know nothing of each other', () => {
  const [first, second] = [new Writer(), new Writer()];
  for (let i = 0; i < 3000; i++) {
    first.uint16(0x0101);
    second.uint16(0x0202);
  }
  expect(new Set(first.finish())).toEqual(new Set([1]));
  const third = new Writer();
  third.vector(() => third.uint8(3));
  expect(second.finish()).toEqual(new Uint8Array(6000).fill(2));
  expect(third.finish()).toEqual(Uint8Array.of(1, 3));
});

test.each<[string, Codec<number>, number]>([
  ['uint8', uint8, 0xff],
  ['uint16', uint16, 0xffff],
  ['uint32', uint32, 0xffff_ffff],
])('a %s that does not fit is refused, never cut', (_title, codec, largest) => {
  expect(decode(codec, encode(codec, largest))).toBe(largest);
  for (const value of [largest + 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => encode(codec, value)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  }
});

test('a uint64 that does not fit is refused, never cut', () => {
  expect(decode(uint64, encode(uint64, 2n ** 64n - 1n))).toBe(2n ** 64n - 1n);
  for (const value of [2n ** 64n, -1n]) {
    expect(() => encode(uint64, value)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  }
});
