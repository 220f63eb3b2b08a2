/** Controls of review.test.ts: the same attacks succeed where the check that they aim at is weakened. */
import { afterEach, expect, it, vi } from 'vitest';
import { LONG, openScene, type Scene, untilLine } from './parts.ts';
import { listBrokenGroup, removedDeviceSpeaks } from './review-parts.ts';

const CRYPTO = '@sotto/crypto';
const CERTIFY = '../src/directory/certify.ts';

let scene: Scene | undefined;
const opened: { dispose(): Promise<void> }[] = [];

afterEach(async () => {
  for (const module of [CRYPTO, CERTIFY]) vi.doUnmock(module);
  for (const one of opened.splice(0)) await one.dispose();
  await scene?.close();
  scene = undefined;
});

it(
  '[K12] control: where any device that was ever listed may speak, a removed one speaks as the account',
  async () => {
    vi.doMock(CERTIFY, async (original) => {
      const real = await original<typeof import('../src/directory/certify.ts')>();
      const hasDevice: typeof real.hasDevice = (pin, claim) => real.hasDevice(pin, claim, 'ever');
      return { ...real, hasDevice };
    });
    vi.resetModules();
    scene = await openScene(await import('@sotto/testkit'));
    const { thief } = await removedDeviceSpeaks(scene, 'wire the money');
    opened.push(thief);
    await untilLine(scene.bob.device, scene.toAlice, 'wire the money');
  },
  LONG,
);

it(
  '[M19] control: where a group that cannot be entered ends the joins, a new device is in no conversation',
  async () => {
    scene = await openScene();
    const broken = await listBrokenGroup(scene.server.url);
    vi.doMock(CRYPTO, async (original) => {
      const real = await original<typeof import('@sotto/crypto')>();
      const hasCode = (error: unknown, code: string) => code === 'random_failed' || real.hasCode(error, code);
      return { ...real, hasCode };
    });
    vi.resetModules();
    const { signInAgain } = await import('@sotto/testkit');
    const second = await signInAgain(broken.url, scene.bob);
    opened.push(second, broken);
    await second.until('session', null, (value) => value.state === 'signed-in' && value.problem !== null);
    expect(await second.until('conversations', null, () => true)).toEqual([]);
  },
  LONG,
);
