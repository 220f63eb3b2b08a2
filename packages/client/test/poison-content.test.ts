/** What a hostile member sends, properly encrypted: contents that are malformed, unknown or meant to break a reader. */
import { type CborValue, encodeCbor, systemRandom, utf8 } from '@sotto/crypto';
import type { encodeText } from '@sotto/protocol/conversations';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isOnline, LONG, lines, openScene, type Scene, settled, untilLine } from './parts.ts';

const contents = vi.hoisted(() => new Map<string, Uint8Array<ArrayBuffer>>());

/** Alice's program sends, for the name of a content, that content. */
vi.mock('@sotto/protocol/conversations', async (original) => {
  const real = await original<typeof import('@sotto/protocol/conversations')>();
  const encode: typeof encodeText = (text, ...rest) => contents.get(text) ?? real.encodeText(text, ...rest);
  return { ...real, encodeText: encode };
});

const SALT = systemRandom(16);
const TYPE = 'text/markdown;variant=GFM-MIMI';
const PART: CborValue = [1, '', 1, TYPE, utf8('poison')];

function content(part: CborValue, extensions: CborValue = new Map<number, CborValue>()): CborValue {
  return [SALT, null, new Uint8Array(0), null, null, extensions, part];
}

/** A list in a list, `depth` times. */
function nested(depth: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(depth).fill(0x81);
}

const cases: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
  ['nothing at all', new Uint8Array(0)],
  ['noise', systemRandom(500)],
  ['deep nesting', nested(30_000)],
  ['a number in place of a content', encodeCbor(7)],
  ['an unknown cardinality', encodeCbor(content([1, '', 9, TYPE, utf8('x')]))],
  ['an unknown disposition', encodeCbor(content([256, '', 1, TYPE, utf8('x')]))],
  ['an unknown type', encodeCbor(content([1, '', 1, 'application/x-unknown', utf8('x')]))],
  ['text that is no UTF-8', encodeCbor(content([1, '', 1, TYPE, Uint8Array.of(0xff, 0xfe)]))],
  ['an object in place of a content', encodeCbor({ constructor: { prototype: { polluted: true } } })],
  [
    'a link to fetch',
    encodeCbor(
      content([1, '', 2, 'image/png', 'http://127.0.0.1:9/', 0, 0, 0, SALT, SALT, SALT, 0, SALT, '', '']),
    ),
  ],
  [
    'three thousand parts',
    encodeCbor(content([1, '', 3, 0, Array.from({ length: 3_000 }, () => [0, '', 0])])),
  ],
  ['another sender', encodeCbor(content(PART, new Map([[1, 'mimi://localhost/u/carol']])))],
];

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
  for (const [name, bytes] of cases) contents.set(name, bytes);
}, LONG);
afterAll(() => scene.close());

describe('[M19] a content of', () => {
  it.each(cases)('%s is one line that cannot be shown, and the next one is read', async (name) => {
    const { alice, bob, toBob, toAlice } = scene;
    const before = await lines(bob.device, toAlice);
    await alice.device.call('send', { conversation: toBob, text: name });
    await alice.device.call('send', { conversation: toBob, text: `after ${name}` });
    await untilLine(bob.device, toAlice, `after ${name}`);
    const [poison, after, ...more] = (await lines(bob.device, toAlice)).slice(before.length);
    expect(poison).toMatch(/^unreadable: /);
    expect([after, ...more]).toEqual([`message: after ${name}`]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const session = await isOnline(bob.device);
    expect(session.state === 'signed-in' && session.problem).toBeNull();
  });

  it('an extension that names __proto__ is passed over', async () => {
    const { alice, bob, toBob, toAlice } = scene;
    const extensions = new Map([['__proto__', new Map([['polluted', true]])]]);
    contents.set(
      'an extension',
      encodeCbor(content([1, '', 1, TYPE, utf8('with an extension')], extensions)),
    );
    await alice.device.call('send', { conversation: toBob, text: 'an extension' });
    await untilLine(bob.device, toAlice, 'with an extension');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('a text like any other is shown (control)', async () => {
    const { alice, bob, toBob, toAlice } = scene;
    contents.set('a well-formed one', encodeCbor(content(PART)));
    await alice.device.call('send', { conversation: toBob, text: 'a well-formed one' });
    await untilLine(bob.device, toAlice, 'poison');
    expect((await lines(bob.device, toAlice)).at(-1)).toBe('message: poison');
    await settled(bob.device, toAlice);
  });
});
