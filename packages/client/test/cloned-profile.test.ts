/** A copy of a profile that is older than what the device has sent: its keys would be used twice (attack K10). */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDevice, type TestDevice } from '@sotto/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LONG, openScene, type Scene, settled, untilLine } from './parts.ts';

let scene: Scene;
let clone: TestDevice | undefined;
let copy: string;

beforeAll(async () => {
  scene = await openScene();
  const { home } = scene.bob.device;
  await scene.bob.device.close();
  copy = mkdtempSync(join(tmpdir(), 'sotto-clone-'));
  cpSync(home, copy, { recursive: true });
  const bob = await openTestDevice(scene.hostile.url, { home });
  await bob.call('send', { conversation: scene.toAlice, text: 'sent after the copy' });
  await settled(bob, scene.toAlice);
  await bob.dispose();
}, LONG);
afterAll(async () => {
  await clone?.close();
  await scene.close();
  rmSync(copy, { recursive: true, force: true });
});

const submissions = () => scene.hostile.traffic.clientFrames.filter(({ type }) => type === 'submit').length;

/** Opens a copy of the copy, in which a message waits already. */
async function openClone(): Promise<TestDevice> {
  const home = mkdtempSync(join(tmpdir(), 'sotto-clone-'));
  cpSync(copy, home, { recursive: true });
  const offline = await openTestDevice(scene.hostile.url, {
    home,
    platform: { fetch: () => Promise.reject(new TypeError('offline')) },
  });
  await offline.call('send', { conversation: scene.toAlice, text: 'from the copy' });
  await offline.close();
  return openTestDevice(scene.hostile.url, { home });
}

const isStopped = (device: TestDevice) => device.until('session', null, ({ state }) => state === 'stopped');

describe('[K10] a restored copy of a profile', () => {
  it('stops at its first connection, before anything is encrypted', async () => {
    const before = submissions();
    clone = await openClone();
    const session = await isStopped(clone);
    expect(session).toMatchObject({ problem: { code: 'profile_rolled_back' } });
    expect(submissions()).toBe(before);
    await clone.dispose();
  });

  it('would encrypt under a used key if the server hid what it knows (control)', async () => {
    const before = submissions();
    scene.hostile.onServerFrame((frame, pass) =>
      pass(frame.type === 'ready' ? { ...frame, counter: Math.max(0, frame.counter - 1) } : frame),
    );
    clone = await openClone();
    await expect.poll(submissions, { timeout: 20_000 }).toBeGreaterThan(before);
    await clone.dispose();
  });

  it('is not needed: the conversation goes on with what the device sent', async () => {
    await untilLine(scene.alice.device, scene.toBob, 'sent after the copy');
  });
});
