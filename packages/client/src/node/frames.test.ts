import { type CborValue, concat, encodeCbor } from '@sotto/crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from './frames.ts';

const anyMessage = fc.oneof(
  fc.string(),
  fc.maxSafeInteger(),
  fc.record({ type: fc.string(), id: fc.nat(), value: fc.array(fc.uint8Array({ maxLength: 40 })) }),
);

describe('frames', () => {
  test('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 6 }), fc.array(fc.nat(20)), (messages, cuts) => {
        const stream = concat(...messages.map((message) => encodeFrame(message)));
        const reader = new FrameReader();
        const read: unknown[] = [];
        let at = 0;
        for (const size of [...cuts, stream.length]) {
          read.push(...(reader.push(stream.slice(at, at + size)) ?? []));
          at += size;
        }
        expect(read).toEqual(messages);
      }),
    );
  });

  test('are not read from a stream of something else', () => {
    expect(new FrameReader().push(Uint8Array.of(255, 255, 255, 255))).toBeUndefined();
    expect(new FrameReader().push(Uint8Array.of(0, 0, 0, 1, 0xff))).toBeUndefined();
    const trailing = concat(
      Uint8Array.of(0, 0, 0, 2),
      encodeCbor(1 as CborValue),
      encodeCbor(2 as CborValue),
    );
    expect(new FrameReader().push(trailing)).toBeUndefined();
  });

  test('carry only plain data', () => {
    for (const message of [undefined, () => 1, { value: undefined }]) {
      expect(() => encodeFrame(message)).toThrow();
    }
  });
});
