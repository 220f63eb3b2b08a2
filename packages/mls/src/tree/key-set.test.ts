import { expect, test } from 'vitest';
import { KeySet } from './key-set.ts';

function key(number: number): Uint8Array {
  return Uint8Array.of(number & 255, (number >> 8) & 255, number >> 16);
}

test('it counts what was added, in every version by itself', () => {
  const versions: KeySet[] = [KeySet.empty];
  for (let i = 0; i < 2000; i++) versions.push((versions.at(-1) ?? KeySet.empty).with(key(i)));
  expect(versions[2000]?.count(key(1999))).toBe(1);
  expect(versions[1999]?.count(key(1999))).toBe(0);
  const twice = versions[5]?.with(key(1));
  expect(twice?.count(key(1))).toBe(2);
  expect(twice?.without(key(1)).count(key(1))).toBe(1);
  let rest = versions[2000] ?? KeySet.empty;
  for (let i = 0; i < 2000; i++) rest = rest.without(key(i));
  expect(rest.count(key(7))).toBe(0);
  expect(rest.without(key(7)).count(key(7))).toBe(0);
});

test('keys with the same hash are told apart', () => {
  // Two strings that FNV-1a with 32 bits maps to one value.
  const [a, b] = [new TextEncoder().encode('costarring'), new TextEncoder().encode('liquid')];
  const both = KeySet.empty.with(a).with(b);
  expect([both.count(a), both.count(b)]).toEqual([1, 1]);
  expect([both.without(a).count(a), both.without(a).count(b)]).toEqual([0, 1]);
  const more = both.with(a).with(key(5));
  expect([more.count(a), more.count(b), more.count(key(5))]).toEqual([2, 1, 1]);
});
