/** Arbitrary contents for property tests. */
import type { Bytes, CborValue } from '@sotto/crypto/public';
import fc from 'fast-check';
import { messageIdFromBytes } from '../message-id.ts';
import type { Content, Part } from '../mimi-content.ts';

export function bytesOfHex(hex: string): Bytes {
  return new Uint8Array((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}

const bytes = (length: { minLength?: number; maxLength: number }): fc.Arbitrary<Bytes> =>
  fc.uint8Array(length).map((array) => new Uint8Array(array));

const messageId = bytes({ minLength: 31, maxLength: 31 }).map((rest) => {
  const id = messageIdFromBytes(Uint8Array.of(1, ...rest));
  if (id === undefined) throw new TypeError('not an id');
  return id;
});

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const key = fc.oneof(
  fc.integer({ min: 3, max: 1_000 }),
  text.filter((name) => name.length > 0),
);
const value: fc.Arbitrary<CborValue> = fc.oneof(
  fc.boolean(),
  fc.integer(),
  text,
  bytes({ maxLength: 8 }),
  fc.array(fc.integer(), { maxLength: 3 }),
);

const base = { disposition: fc.nat(255), language: fc.constantFrom('', 'en', 'de,fr') };

const leafPart: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ ...base, cardinality: fc.constant('null' as const) }),
  fc.record({
    ...base,
    cardinality: fc.constant('single' as const),
    contentType: fc.constantFrom('text/plain', 'x/y'),
    content: bytes({ maxLength: 40 }),
  }),
);

const part: fc.Arbitrary<Part> = fc.oneof(
  leafPart,
  fc.record({
    ...base,
    cardinality: fc.constant('multi' as const),
    semantics: fc.constantFrom(0 as const, 1 as const, 2 as const),
    parts: fc.array(leafPart, { minLength: 2, maxLength: 4 }),
  }),
);

export const anyContent: fc.Arbitrary<Content> = fc.record({
  salt: bytes({ minLength: 16, maxLength: 16 }),
  replaces: fc.option(messageId),
  topic: bytes({ maxLength: 10 }),
  expires: fc.option(fc.record({ relative: fc.boolean(), time: fc.nat(2 ** 31 - 1) })),
  inReplyTo: fc.option(messageId),
  extensions: fc.array(fc.tuple(key, value), { maxLength: 4 }).map((entries) => new Map(entries)),
  part,
});
