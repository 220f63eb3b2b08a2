/** What a server can do to the stream of a conversation: rewrite, replay, reorder, withhold and poison its entries. */
import { ENTRY_KIND, type Entry } from '@sotto/contract';
import { systemRandom, toBase64Url } from '@sotto/crypto';
import type { DeviceId } from '@sotto/protocol';
import { conversationWith, signUp, texts } from '@sotto/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type EntriesFrame,
  entriesRule,
  isOnline,
  LONG,
  lines,
  openScene,
  type Scene,
  untilLine,
} from './parts.ts';

const STRANGER = toBase64Url(new Uint8Array(16).fill(9)) as DeviceId;

let scene: Scene;
/** How many entries bob's view of the group's stream is ahead of the server's. */
let ahead = 0;

beforeAll(async () => {
  scene = await openScene();
}, LONG);
afterEach(() => scene.hostile.behave());
afterAll(() => scene.close());

const say = (text: string) => scene.alice.device.call('send', { conversation: scene.toBob, text });

/** Alice says something that arrives untouched: the conversation goes on. */
async function goesOn(): Promise<void> {
  scene.hostile.behave();
  honest();
  const text = `after ${scene.said}`;
  await say(text);
  await scene.bob.device.until('items', { conversation: scene.toAlice, limit: 50 }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.text === text),
  );
  scene.said += 1;
}

/** Numbers on behalf of a server that has put entries of its own into the stream. */
function honest(): void {
  scene.hostile.onServerFrame(
    entriesRule((entry, frame) => [isGroup(frame) ? { ...entry, number: entry.number + ahead } : entry]),
  );
  // What bob acknowledges is beyond what the real server has sent.
  scene.hostile.onClientFrame((frame, pass) => {
    if (frame.type !== 'acknowledge') pass(frame);
  });
}

/** Adds an entry of the attacker's own behind the next message. */
function plant(make: (entry: Entry) => Partial<Entry>): void {
  let planted = false;
  honest();
  scene.hostile.onServerFrame(
    entriesRule((entry, frame) => {
      if (planted || !isGroup(frame) || entry.bytes === null) return [entry];
      planted = true;
      ahead += 1;
      return [entry, { ...entry, number: entry.number + 1, ...make(entry) }];
    }),
  );
}

const isGroup = (frame: EntriesFrame) => frame.entries.some(({ kind }) => kind !== ENTRY_KIND.welcome);

const isFromAlice = (entry: Entry) => entry.kind === ENTRY_KIND.message && entry.bytes !== null;

describe('[M6] a message whose sender the server rewrites', () => {
  it.each([
    ['a stranger', () => STRANGER],
    ['bob himself', () => scene.hostile.traffic.serverFrames.flatMap(ownSender)[0] ?? STRANGER],
  ])('to %s is set aside, and what follows is read', async (_, sender) => {
    const before = await lines(scene.bob.device, scene.toAlice);
    const other = sender();
    scene.hostile.onServerFrame(
      entriesRule((entry) => [isFromAlice(entry) ? { ...entry, sender: other } : entry]),
    );
    await say('rewritten');
    await scene.bob.device.until('items', { conversation: scene.toAlice, limit: 50 }, ({ items }) =>
      items.some((item) => item.kind === 'unreadable' && item.position > before.length),
    );
    const now = (await lines(scene.bob.device, scene.toAlice)).slice(before.length);
    expect(now).toEqual([expect.stringContaining('unreadable: A message was set aside')]);
    await goesOn();
  });
});

/** Ids by which the server names bob's own entries: those without bytes. */
function ownSender(frame: { type: string }): readonly DeviceId[] {
  if (!('entries' in frame)) return [];
  return (frame as EntriesFrame).entries.filter(({ bytes }) => bytes === null).map(({ sender }) => sender);
}

describe('[M14] messages that the server', () => {
  it('replays, under the same or another number, are shown once', async () => {
    const before = await lines(scene.bob.device, scene.toAlice);
    plant(() => ({}));
    scene.hostile.onServerFrame(entriesRule((entry) => [entry, entry]));
    await say('yes');
    await goesOn();
    const now = (await lines(scene.bob.device, scene.toAlice)).slice(before.length);
    expect(now.filter((line) => line === 'message: yes')).toHaveLength(1);
    expect(now.filter((line) => line.startsWith('unreadable'))).toEqual([]);
  });

  it('replays long after are not shown again', async () => {
    const before = await lines(scene.bob.device, scene.toAlice);
    const old = scene.hostile.traffic.serverFrames.find(
      (frame): frame is EntriesFrame => frame.type === 'entries' && frame.entries.some(isFromAlice),
    )?.entries[0];
    expect(old).toBeDefined();
    plant((entry) => (({ number: _, ...rest }) => rest)(old ?? entry));
    await goesOn();
    const now = (await lines(scene.bob.device, scene.toAlice)).slice(before.length);
    expect(now.filter((line) => line.startsWith('message'))).toHaveLength(1);
  });

  it('withholds leave a visible gap, and later ones are read', async () => {
    const before = await lines(scene.bob.device, scene.toAlice);
    honest();
    scene.hostile.onServerFrame(entriesRule((entry) => (isFromAlice(entry) ? [] : [entry])));
    await say('withheld');
    await settledAtServer('withheld');
    await goesOn();
    const now = (await lines(scene.bob.device, scene.toAlice)).slice(before.length);
    expect(now.some((line) => line.startsWith('note: Something is missing here'))).toBe(true);
    expect(now.join()).not.toContain('withheld');
  });

  it('withholds and hides by numbering anew leave a gap too', async () => {
    const before = await lines(scene.bob.device, scene.toAlice);
    honest();
    const stop = scene.hostile.onServerFrame(entriesRule((entry) => (isFromAlice(entry) ? [] : [entry])));
    await say('hidden');
    await settledAtServer('hidden');
    stop();
    ahead -= 1;
    await goesOn();
    const now = (await lines(scene.bob.device, scene.toAlice)).slice(before.length);
    expect(now.some((line) => line.includes('is missing here'))).toBe(true);
  });

  it('reorders are all read once, and the gap shows', async () => {
    const before = await lines(scene.bob.device, scene.toAlice);
    honest();
    const held: Entry[] = [];
    scene.hostile.onServerFrame(
      entriesRule((entry) => {
        if (!isFromAlice(entry)) return [entry];
        const first = held[0];
        held.push(entry);
        if (first === undefined) return [];
        return held.length > 2
          ? [entry]
          : [
              { ...entry, number: first.number },
              { ...first, number: entry.number },
            ];
      }),
    );
    await say('one');
    await say('two');
    await texts(
      scene.bob.device,
      scene.toAlice,
      before.filter((line) => line.startsWith('message')).length + 2,
    );
    const now = (await lines(scene.bob.device, scene.toAlice)).slice(before.length);
    expect(now.filter((line) => line.startsWith('message'))).toEqual(['message: two', 'message: one']);
    expect(now.some((line) => line.includes('is missing here'))).toBe(true);
    await goesOn();
  });

  it('leaves alone show no gap', async () => {
    const before = await lines(scene.bob.device, scene.toAlice);
    await goesOn();
    expect((await lines(scene.bob.device, scene.toAlice)).slice(before.length)).toHaveLength(1);
  });
});

async function settledAtServer(text: string): Promise<void> {
  await scene.alice.device.until('items', { conversation: scene.toBob, limit: 50 }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.text === text && item.status === 'sent'),
  );
}

describe('[M19] a poisonous entry', () => {
  const cases: readonly (readonly [string, (entry: Entry) => Partial<Entry>])[] = [
    ['of noise', () => ({ bytes: systemRandom(300) })],
    ['of nothing', () => ({ bytes: new Uint8Array(0) })],
    ['without bytes', () => ({ bytes: null })],
    [
      'that is a truncated message',
      ({ bytes }) => ({ bytes: new Uint8Array(bytes?.subarray(0, 100) ?? []) }),
    ],
    ['larger than any entry may be', () => ({ bytes: new Uint8Array(4_000_000).fill(0x81) })],
    ['of deep nesting', () => ({ bytes: new Uint8Array(60_000).fill(0x81) })],
    ['named a handshake', () => ({ kind: ENTRY_KIND.handshake, bytes: systemRandom(300) })],
    ['named a welcome', () => ({ kind: ENTRY_KIND.welcome })],
    [
      'of the far future',
      ({ bytes }) => ({ time: Number.MAX_SAFE_INTEGER, bytes: bytes && systemRandom(9) }),
    ],
  ];

  it.each(cases)('%s is set aside alone', async (_, make) => {
    const before = await lines(scene.bob.device, scene.toAlice);
    plant(make);
    await say('good');
    await goesOn();
    const now = (await lines(scene.bob.device, scene.toAlice)).slice(before.length);
    expect(now.filter((line) => line.startsWith('message: '))).toHaveLength(2);
    expect(now.length).toBeLessThanOrEqual(3);
    const session = await isOnline(scene.bob.device);
    expect(session.state === 'signed-in' && session.problem).toBeNull();
  });

  it.each([
    ['no CBOR', Uint8Array.of(0xff, 0x00)],
    ['nothing', new Uint8Array(0)],
    ['a kind of frame that is not known', Uint8Array.of(0x82, 0x18, 0x63, 0x00)],
    ['a kind of entry that is not known', unknownKind()],
    ['an object with __proto__', prototypeFrame()],
    ['millions of empty lists', new Uint8Array(2_000_000).fill(0x80)],
  ])('that comes as a frame of %s is passed over, and the connection holds', async (_, frame) => {
    const greetings = () => scene.hostile.traffic.clientFrames.filter(({ type }) => type === 'hello').length;
    await isOnline(scene.bob.device);
    const before = greetings();
    scene.hostile.links.at(-1)?.toClient(frame);
    await goesOn();
    expect(greetings()).toBe(before);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('that comes after every greeting does not make the client connect for ever', async () => {
    const greetings = () => scene.hostile.traffic.clientFrames.filter(({ type }) => type === 'hello').length;
    const before = greetings();
    honest();
    scene.hostile.onServerFrame((frame, pass) => {
      pass(frame);
      if (frame.type === 'ready') pass(Uint8Array.of(0xff));
    });
    scene.hostile.cut();
    await say('still here');
    await untilLine(scene.bob.device, scene.toAlice, 'still here');
    expect(greetings()).toBe(before + 1);
  });
});

/** Last, since it leaves this conversation's stream at odds with the server. */
it('[M14] what the server withholds from the very beginning of a conversation leaves a gap too', async () => {
  const carol = await signUp(scene.server.url, 'carol');
  let hidden = false;
  scene.hostile.onServerFrame(
    entriesRule((entry) => {
      if (hidden && entry.kind === ENTRY_KIND.message) return [{ ...entry, number: entry.number - 1 }];
      hidden ||= isFromAlice(entry);
      return hidden ? [] : [entry];
    }),
  );
  const { id } = await carol.device.call('startConversation', { address: scene.bob.address });
  for (const text of ['first', 'second']) await carol.device.call('send', { conversation: id, text });
  const toCarol = await conversationWith(scene.bob.device, carol.address);
  await untilLine(scene.bob.device, toCarol, 'second');
  expect(await lines(scene.bob.device, toCarol)).toEqual([
    expect.stringContaining('is missing here'),
    'message: second',
  ]);
  await carol.device.dispose();
});

/** [entries, stream, [[1, kind 77, sender, 0, 0, h'']]] */
function unknownKind(): Uint8Array {
  const id = [0x50, ...new Uint8Array(16)];
  return Uint8Array.of(0x83, 1, ...id, 0x81, 0x86, 1, 0x18, 77, ...id, 0, 0, 0x40);
}

/** [ready, { "__proto__": { "polluted": true } }, …] */
function prototypeFrame(): Uint8Array {
  const text = (value: string) => [0x60 + value.length, ...Buffer.from(value)];
  return Uint8Array.of(0x85, 0, 0xa1, ...text('__proto__'), 0xa1, ...text('polluted'), 0xf5, 0, 0, 0x80);
}
