/** Submissions that the server could not take, or says so. */
import type { ClientFrame } from '@sotto/contract';
import { toBase64Url } from '@sotto/crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { isOnline, LONG, lines, openScene, type Scene, settled, untilLine } from '../../test/parts.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
}, LONG);
afterEach(() => scene.hostile.behave());
afterAll(() => scene.close());

const submissions = (): readonly Extract<ClientFrame, { type: 'submit' }>[] =>
  scene.hostile.traffic.clientFrames.filter((frame) => frame.type === 'submit');

const say = (text: string) => scene.bob.device.call('send', { conversation: scene.toAlice, text });

it('a message that the server could not take is submitted again under its number', async () => {
  let refused = false;
  scene.hostile.onClientFrame((frame, pass, link) => {
    if (frame.type !== 'submit' || refused) return pass(frame);
    refused = true;
    link.toClient({ type: 'refused', counter: frame.counter, code: 'server_error' });
  });
  await say('second try');
  await settled(scene.bob.device, scene.toAlice);
  await untilLine(scene.alice.device, scene.toBob, 'second try');
  const [last, before] = submissions().toReversed();
  expect(last).toEqual(before);
});

it('a message that is given twice under one name is one message, and one under another name another', async () => {
  const named = (byte: number) => toBase64Url(new Uint8Array(16).fill(byte));
  const give = (id: string, text = 'once') =>
    scene.bob.device.call('send', { conversation: scene.toAlice, text, id });
  await Promise.all([give(named(1)), give(named(1))]);
  await settled(scene.bob.device, scene.toAlice);
  const others = Array.from({ length: 40 }, (_, i) =>
    scene.alice.device.call('send', { conversation: scene.toBob, text: `line ${i}` }),
  );
  await Promise.all(others);
  await untilLine(scene.bob.device, scene.toAlice, 'line 39');
  await give(named(1));
  await give(named(2), 'and once more');
  await untilLine(scene.alice.device, scene.toBob, 'and once more');
  const texts = await lines(scene.alice.device, scene.toBob);
  expect(texts.filter((text) => text === 'message: once')).toHaveLength(1);
  for (const id of ['', 'not a name', named(1).slice(1)]) {
    await expect(give(id)).rejects.toMatchObject({ code: 'bad_request' });
  }
});

it('a late refusal of what was taken long ago changes nothing', async () => {
  for (const code of ['server_error', 'too_large']) {
    scene.hostile.links.at(-1)?.toClient({ type: 'refused', counter: 1, code });
  }
  // The first submission is lost, so that the second shows that the client has gone through its tries.
  let lost = false;
  scene.hostile.onClientFrame((frame, pass) => {
    if (frame.type !== 'submit' || lost) pass(frame);
    else lost = true;
  });
  await say('goes on');
  await settled(scene.bob.device, scene.toAlice);
  await say('and on');
  await settled(scene.bob.device, scene.toAlice);
  await untilLine(scene.alice.device, scene.toBob, 'and on');
  const numbers = submissions().map(({ counter }) => counter);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  await isOnline(scene.bob.device);
});
