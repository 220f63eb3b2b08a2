/** The container: the draft's own examples, round trips, and everything that must not get through. */
import { type CborValue, encodeCbor, equalBytes, toHex } from '@sotto/crypto/public';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageIdBytes, messageIdFromBytes, messageIdOf } from './message-id.ts';
import { decodeContent, encodeContent } from './mimi-content.ts';
import { anyContent, bytesOfHex } from './test/arbitrary.ts';
import { EXAMPLE_ROOM, EXAMPLES } from './test/draft-examples.ts';

describe('the examples of draft-ietf-mimi-content-08', () => {
  it('are all here', () => expect(EXAMPLES.length).toBe(14));

  it.each(EXAMPLES)('$name decodes, encodes to the same bytes and has the given id', async (example) => {
    const bytes = bytesOfHex(example.content);
    const content = decodeContent(bytes);
    expect(content).toBeDefined();
    if (content !== undefined) expect(toHex(encodeContent(content))).toBe(example.content);
    const id = await messageIdOf(bytes, example.sender, EXAMPLE_ROOM);
    expect(toHex(messageIdBytes(id))).toBe(example.messageId);
  });

  it('has other ids for another sender, another room, or a moved border between the two', async () => {
    const bytes = bytesOfHex(EXAMPLES[0]?.content ?? '');
    const ids = await Promise.all([
      messageIdOf(bytes, 'mimi://a/u/b', 'mimi://a/r/c'),
      messageIdOf(bytes, 'mimi://a/u/bm', 'imi://a/r/c'),
      messageIdOf(bytes, 'mimi://a/u/x', 'mimi://a/r/c'),
      messageIdOf(bytes, 'mimi://a/u/b', 'mimi://a/r/x'),
    ]);
    expect(new Set(ids).size).toBe(4);
  });
});

describe('decoding', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        expect(decodeContent(encodeContent(content))).toEqual(content);
      }),
    );
  });

  it('refuses every truncation and every appended byte', () => {
    fc.assert(
      fc.property(anyContent, fc.nat(255), (content, extra) => {
        const bytes = encodeContent(content);
        for (let end = 0; end < bytes.length; end++)
          expect(decodeContent(bytes.subarray(0, end))).toBeUndefined();
        expect(decodeContent(Uint8Array.of(...bytes, extra))).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it('accepts no other bytes for a content, whatever is changed', () => {
    fc.assert(
      fc.property(anyContent, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, at, change) => {
        const bytes = encodeContent(content);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ change;
        const decoded = decodeContent(bytes);
        if (decoded !== undefined) expect(equalBytes(encodeContent(decoded), bytes)).toBe(true);
      }),
    );
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void decodeContent(bytes)));
  });
});

const SALT = new Uint8Array(16);
const TEXT = [1, '', 1, 'text/plain;charset=utf-8', Uint8Array.of(65)];
const ID = Uint8Array.of(1, ...new Uint8Array(31));

/** A content of which some fields are replaced. */
function contentWith(fields: Record<number, CborValue>): Uint8Array {
  const items: CborValue[] = [SALT, null, new Uint8Array(0), null, null, new Map(), TEXT];
  for (const [at, value] of Object.entries(fields)) items[Number(at)] = value;
  return encodeCbor(items);
}

function nested(levels: number): CborValue {
  return levels === 1 ? TEXT : [1, '', 3, 0, [nested(levels - 1), TEXT]];
}

describe('hostile contents [M19]', () => {
  it('has a positive control: the same frame with nothing replaced decodes', () => {
    expect(decodeContent(contentWith({}))).toBeDefined();
    expect(decodeContent(contentWith({ 1: ID, 3: [true, 60], 4: ID, 6: nested(4) }))).toBeDefined();
  });

  it.each<[string, Record<number, CborValue>]>([
    ['a short salt', { 0: new Uint8Array(15) }],
    ['an id of another hash', { 1: Uint8Array.of(2, ...new Uint8Array(31)) }],
    ['a short id', { 4: ID.subarray(1) }],
    ['a topic over 4096 bytes', { 2: new Uint8Array(4_097) }],
    ['an expiry beyond 32 bits', { 3: [false, 2 ** 32] }],
    ['an expiry of another shape', { 3: [false] }],
    ['extensions that are no map', { 5: [] }],
    ['an empty extension key', { 5: new Map([['', 1]]) }],
    ['a key over 255 characters', { 5: new Map([['x'.repeat(256), 1]]) }],
    ['a sender URI that is a number', { 5: new Map([[1, 1]]) }],
    ['extensions nested five deep', { 5: new Map([[9, [[[[1]]]]]]) }],
    ['parts nested five deep', { 6: nested(5) }],
    ['more than 1024 parts', { 6: [1, '', 3, 2, Array<CborValue>(1_024).fill([0, '', 0])] }],
    ['a multipart with one part', { 6: [1, '', 3, 0, [TEXT]] }],
    ['unknown semantics', { 6: [1, '', 3, 3, [TEXT, TEXT]] }],
    ['an unknown cardinality', { 6: [1, '', 4] }],
    ['a disposition over 255', { 6: [256, '', 0] }],
    ['a null part with a content', { 6: [1, '', 0, 'text/plain'] }],
    ['a text where bytes belong', { 6: [1, '', 1, 'text/plain', 'x'] }],
    ['an external part with a field missing', { 6: [1, '', 2, 'a/b', 'https://x', 0, 0, 0] }],
  ])('refuses %s', (_, fields) => {
    expect(decodeContent(contentWith(fields))).toBeUndefined();
  });

  it('refuses more bytes than an entry holds', () => {
    const part = (length: number): CborValue => [1, '', 1, 'a/b', new Uint8Array(length)];
    expect(decodeContent(contentWith({ 6: part(32_000) }))).toBeDefined();
    expect(decodeContent(contentWith({ 6: part(33_000) }))).toBeUndefined();
  });

  it('survives arrays that are nested until the stack ends', () => {
    expect(decodeContent(new Uint8Array(32_000).fill(0x81))).toBeUndefined();
  });

  it('takes __proto__ as an ordinary key', () => {
    const content = decodeContent(contentWith({ 5: new Map([['__proto__', new Map([['polluted', 1]])]]) }));
    expect(content?.extensions.get('__proto__')).toEqual(new Map([['polluted', 1]]));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('refuses a repeated extension key', () => {
    const bytes = contentWith({
      5: new Map([
        [3, 1],
        [4, 1],
      ]),
    });
    const at = bytes.indexOf(4, 22);
    expect(bytes[at - 2]).toBe(3);
    bytes[at] = 3;
    expect(decodeContent(bytes)).toBeUndefined();
  });
});

describe('message ids', () => {
  it('are 32 bytes that begin with the hash', () => {
    expect(messageIdFromBytes(ID)).toBeDefined();
    expect(messageIdFromBytes(ID.subarray(1))).toBeUndefined();
    expect(messageIdFromBytes('AQ')).toBeUndefined();
  });
});
