import { systemRandom, toBase64Url, toHex } from '@sotto/crypto/public';
import { type AccountId, type DeviceId, type GroupId, newId } from '@sotto/protocol/public';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClientFrame,
  decodeClientFrame,
  decodeServerFrame,
  decodeWelcomeEntry,
  ENTRY_KIND,
  encodeClientFrame,
  encodeServerFrame,
  encodeWelcomeEntry,
  type ServerFrame,
} from './frames.ts';

const stream = newId<GroupId>(systemRandom);
const sender = newId<DeviceId>(systemRandom);
const bytes = systemRandom(40);
const entry = { number: 7, kind: ENTRY_KIND.message, sender, counter: 3, time: 1_795_000_000_000 };

const clientFrames: ClientFrame[] = [
  { type: 'hello', protocol: 1, token: toBase64Url(systemRandom(32)) },
  { type: 'submit', counter: 12, stream, bytes },
  { type: 'acknowledge', stream, number: 99 },
];
const serverFrames: ServerFrame[] = [
  {
    type: 'ready',
    counter: 1,
    keyPackages: 20,
    incarnation: 2,
    accounts: [[newId<AccountId>(systemRandom), 4]],
    contacts: 3,
  },
  {
    type: 'entries',
    stream,
    entries: [
      { ...entry, bytes },
      { ...entry, number: 8, bytes: null },
    ],
  },
  { type: 'taken', counter: 5 },
  { type: 'refused', counter: 6, code: 'too_large' },
  { type: 'account', account: newId<AccountId>(systemRandom), number: 3 },
  { type: 'key-packages', left: 4 },
  { type: 'contacts', number: 4 },
  { type: 'closing', code: 'not_signed_in' },
];

describe('frames', () => {
  it.each(clientFrames)('of a client come back as they were: $type', (frame) => {
    const encoded = encodeClientFrame(frame);
    const back = decodeClientFrame(encoded);
    expect(back).toEqual(frame);
    if (back !== undefined) expect(toHex(encodeClientFrame(back))).toBe(toHex(encoded));
  });

  it.each(serverFrames)('of a server come back as they were: $type', (frame) => {
    const encoded = encodeServerFrame(frame);
    const back = decodeServerFrame(encoded);
    expect(back).toEqual(frame);
    if (back !== undefined) expect(toHex(encodeServerFrame(back))).toBe(toHex(encoded));
  });

  it('are refused at every truncation', () => {
    for (const frame of clientFrames) refuseTruncations(encodeClientFrame(frame), decodeClientFrame);
    for (const frame of serverFrames) refuseTruncations(encodeServerFrame(frame), decodeServerFrame);
  });

  it('[M19] decode to nothing, and never throw, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (random) => {
        decodeClientFrame(random);
        decodeServerFrame(random);
        decodeWelcomeEntry(random);
      }),
      { numRuns: 2_000 },
    );
  });

  it('[M19] of unknown types and kinds are nothing', () => {
    expect(decodeServerFrame(Uint8Array.of(0x82, 0x18, 99, 0))).toBeUndefined();
    const encoded = encodeServerFrame({ type: 'entries', stream, entries: [{ ...entry, bytes: null }] });
    const kindAt = encoded.length - (1 + 17 + 1 + 9 + 1);
    const unknown = new Uint8Array(encoded);
    unknown[kindAt] = 9;
    expect(decodeServerFrame(encoded)).toBeDefined();
    expect(decodeServerFrame(unknown)).toBeUndefined();
  });
});

describe('a welcome entry', () => {
  it('comes back as it was, and at no truncation', () => {
    const welcome = { group: stream, after: 17, welcome: bytes };
    expect(decodeWelcomeEntry(encodeWelcomeEntry(welcome))).toEqual(welcome);
    refuseTruncations(encodeWelcomeEntry(welcome), decodeWelcomeEntry);
  });
});

function refuseTruncations(encoded: Uint8Array, decode: (bytes: Uint8Array) => unknown): void {
  for (let length = 0; length < encoded.length; length++) {
    expect(decode(encoded.slice(0, length))).toBeUndefined();
  }
}
