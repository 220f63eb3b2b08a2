/** Submissions that the server could not take, or says so. */
import type { ClientFrame } from '@sotto/contract';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { isOnline, LONG, openScene, type Scene, settled, untilLine } from '../../test/parts.ts';

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
