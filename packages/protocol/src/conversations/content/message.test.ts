import { encodeCbor, hasCode, systemRandom, utf8 } from '@sotto/crypto/public';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../identity/address.ts';
import { type GroupId, idFromText } from '../../ids.ts';
import { decodeMessage, encodeStatuses, encodeText, MOST_TEXT } from './message.ts';
import { messageIdFromBytes, roomUri, userUri } from './message-id.ts';
import { type Content, encodeContent, type Part } from './mimi-content.ts';
import { decodeStatusReport, encodeStatusReport, MOST_STATUSES } from './status-report.ts';
import { bytesOfHex } from './test/arbitrary.ts';
import { EXAMPLES, STATUS_EXAMPLE } from './test/draft-examples.ts';

const ORIGIN = {
  senderUri: 'mimi://a.example/u/alice',
  roomUri: 'mimi://a.example/r/x',
  written: 1_700_000_000_000,
};
const ID = messageIdFromBytes(Uint8Array.of(1, ...new Uint8Array(31)));

function contentWith(part: Part, more: Partial<Content> = {}): Uint8Array {
  return encodeContent({
    salt: new Uint8Array(16),
    replaces: null,
    topic: new Uint8Array(0),
    expires: null,
    inReplyTo: null,
    extensions: new Map(),
    part,
    ...more,
  });
}

function single(contentType: string, content: Uint8Array, disposition = 1): Part {
  return { disposition, language: '', cardinality: 'single', contentType, content: new Uint8Array(content) };
}

describe('texts', () => {
  it('come back as they were, with their origin', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(text, (said) => {
        const message = decodeMessage(encodeText(said, ORIGIN, systemRandom));
        expect(message).toEqual({ kind: 'text', text: said, format: 'markdown', inReplyTo: null, ...ORIGIN });
      }),
    );
  });

  it('have a salt of their own', () => {
    expect(encodeText('x', ORIGIN, systemRandom)).not.toEqual(encodeText('x', ORIGIN, systemRandom));
  });

  it('may be as long as allowed, and no longer', () => {
    const longest = 'x'.repeat(MOST_TEXT);
    expect(decodeMessage(encodeText(longest, ORIGIN, systemRandom))).toMatchObject({ text: longest });
    for (const text of [`${longest}x`, '', '\ud800']) {
      expect(() => encodeText(text, ORIGIN, systemRandom)).toThrow(
        expect.toSatisfy((error) => hasCode(error, 'text_invalid')),
      );
    }
    expect(
      decodeMessage(contentWith(single('text/plain', new Uint8Array(MOST_TEXT + 1).fill(65)))),
    ).toBeUndefined();
  });

  it('are read from other clients: plain, spaced, in capitals, with an unknown disposition', () => {
    for (const type of ['text/plain', 'Text/Plain; charset=UTF-8']) {
      expect(decodeMessage(contentWith(single(type, utf8('hi'), 77)))).toMatchObject({
        text: 'hi',
        format: 'plain',
      });
    }
    expect(decodeMessage(contentWith(single('text/markdown; variant=GFM-MIMI', utf8('hi'))))).toMatchObject({
      kind: 'text',
      format: 'markdown',
    });
  });

  it('that are no UTF-8 are malformed', () => {
    expect(decodeMessage(contentWith(single('text/plain', Uint8Array.of(0xff))))).toBeUndefined();
  });
});

describe('what this version does not know', () => {
  it.each<[string, Uint8Array]>([
    ['another type', contentWith(single('text/html', utf8('<b>')))],
    ['a reaction', contentWith(single('text/plain', utf8('+1'), 2))],
    ['an edit', contentWith(single('text/plain', utf8('x')), { replaces: ID ?? null })],
    [
      'an expiring text',
      contentWith(single('text/plain', utf8('x')), { expires: { relative: true, time: 5 } }),
    ],
    ['an empty part', contentWith({ disposition: 1, language: '', cardinality: 'null' })],
  ])('is unsupported: %s', (_, bytes) => {
    expect(decodeMessage(bytes)?.kind).toBe('unsupported');
  });

  it('gives each example of the draft a kind', () => {
    const kinds = EXAMPLES.map(({ name, content }) => [name, decodeMessage(bytesOfHex(content))?.kind]);
    expect(kinds.filter(([, kind]) => kind === 'text').map(([name]) => name)).toEqual([
      'original',
      'reply',
      'mention',
    ]);
    expect(kinds.filter(([, kind]) => kind === undefined)).toEqual([]);
  });
});

describe('status reports', () => {
  it('come back as they were', () => {
    const statuses = [{ messageId: ID ?? fail(), status: 'read' as const }];
    expect(decodeMessage(encodeStatuses(statuses, ORIGIN, systemRandom))).toEqual({
      kind: 'status',
      statuses,
      ...ORIGIN,
    });
  });

  it('read the example of draft-mahy-mimi-message-status-01', () => {
    const statuses = decodeStatusReport(bytesOfHex(STATUS_EXAMPLE));
    expect(statuses?.map(({ status }) => status)).toEqual(['read', 'read', 'unread', 'expired']);
    if (statuses !== undefined) expect(encodeStatusReport(statuses)).toEqual(bytesOfHex(STATUS_EXAMPLE));
  });

  it('leave out what they do not know and refuse what is malformed', () => {
    const id = Uint8Array.of(1, ...new Uint8Array(31));
    expect(
      decodeStatusReport(
        encodeCbor([
          [id, 9],
          [id, 1],
        ]),
      )?.map(({ status }) => status),
    ).toEqual(['delivered']);
    const bad = [
      [[id]],
      [[id, -1]],
      [[id, 256]],
      [[id.subarray(1), 1]],
      7,
      Array(MOST_STATUSES + 1).fill([id, 1]),
    ];
    for (const value of bad) expect(decodeStatusReport(encodeCbor(value))).toBeUndefined();
  });

  it('of many messages fit into one content', () => {
    const statuses = Array(MOST_STATUSES).fill({ messageId: ID, status: 'delivered' });
    expect(decodeMessage(encodeStatuses(statuses, ORIGIN, systemRandom))).toMatchObject({
      kind: 'status',
      statuses,
    });
  });
});

describe('URIs', () => {
  it('name accounts and groups', () => {
    const address = parseAddress('alice@localhost') ?? fail();
    expect(userUri(address)).toBe('mimi://localhost/u/alice');
    const group = idFromText<GroupId>('AAAAAAAAAAAAAAAAAAAAAA') ?? fail();
    expect(roomUri('localhost', group)).toBe('mimi://localhost/r/AAAAAAAAAAAAAAAAAAAAAA');
  });
});

function fail(): never {
  throw new TypeError('not defined');
}
