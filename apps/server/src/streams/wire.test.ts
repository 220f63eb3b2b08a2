import {
  decodeClientFrame,
  decodeServerFrame,
  ENTRY_KIND,
  encodeClientFrame,
  encodeServerFrame,
} from '@sotto/contract';
import { type DeviceId, type GroupId, idFromBytes } from '@sotto/protocol/public';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { entriesFrame, readClientFrame } from './wire.ts';

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const number = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32),
);
const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(65_536)));
const entry = fc.record({ number, sender: fc.nat(3), counter: number, time: number, bytes });

function plain(frame: unknown): unknown {
  if (typeof frame !== 'object' || frame === null || !('bytes' in frame)) return frame;
  return { ...frame, bytes: frame.bytes instanceof Uint8Array ? [...frame.bytes] : frame.bytes };
}

it('an entries frame is byte for byte what the contract encodes', () => {
  fc.assert(
    fc.property(
      octets(16),
      fc.array(octets(16), { minLength: 4, maxLength: 4 }),
      fc.array(entry),
      fc.nat(4),
      (stream, senders, drawn, own) => {
        const entries = drawn.map((one) => ({
          ...one,
          kind: ENTRY_KIND.message,
          bytes: new Uint8Array(one.bytes),
          senderId: senders[one.sender] ?? new Uint8Array(16),
        }));
        const frame = entriesFrame(stream, entries, own);
        const expected = encodeServerFrame({
          type: 'entries',
          stream: idFromBytes<GroupId>(stream) as GroupId,
          entries: entries.map(({ senderId, sender, bytes: content, ...rest }) => ({
            ...rest,
            sender: idFromBytes<DeviceId>(senderId) as DeviceId,
            bytes: sender === own ? null : content,
          })),
        });
        expect(Buffer.compare(frame, expected)).toBe(0);
        expect(decodeServerFrame(frame)).toBeDefined();
      },
    ),
  );
});

it('a frame of a client is read as the contract reads it', () => {
  const frame = fc.oneof(
    fc.record({ type: fc.constant('submit' as const), counter: number, stream: octets(16), bytes }),
    fc.record({ type: fc.constant('acknowledge' as const), stream: octets(16), number }),
  );
  fc.assert(
    fc.property(frame, (drawn) => {
      const stream = idFromBytes<GroupId>(drawn.stream) as GroupId;
      const sent =
        drawn.type === 'submit'
          ? encodeClientFrame({ ...drawn, stream, bytes: new Uint8Array(drawn.bytes) })
          : encodeClientFrame({ ...drawn, stream });
      expect(plain(readClientFrame(Buffer.from(sent)))).toEqual(plain(decodeClientFrame(sent)));
      expect(readClientFrame(Buffer.from(sent))).toBeDefined();
    }),
  );
});

it('what is cut, lengthened or changed is read as the contract reads it', () => {
  const sent = encodeClientFrame({
    type: 'submit',
    counter: 300,
    stream: idFromBytes<GroupId>(new Uint8Array(16)) as GroupId,
    bytes: new Uint8Array(40),
  });
  for (let length = 0; length < sent.length; length++) {
    expect(readClientFrame(Buffer.from(sent.subarray(0, length)))).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.nat(sent.length - 1), fc.nat(255), fc.uint8Array({ maxLength: 3 }), (at, value, more) => {
      const changed = Buffer.concat([sent, more]);
      changed[at] = value;
      expect(plain(readClientFrame(changed) ?? null)).toEqual(plain(decodeClientFrame(changed) ?? null));
    }),
    { numRuns: 2_000 },
  );
});
