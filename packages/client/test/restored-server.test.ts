/** A server that was restored from a backup has forgotten what came after; devices go on with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp, signUp, startTestServer, type TestDevice } from '@sotto/testkit';
import { expect, it } from 'vitest';
import { introduce, LONG, lines, MANY, settled, untilLine } from './parts.ts';

it(
  'after a restoration, devices go on: what waited and what comes later arrives, once',
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'sotto-server-'));
    const server = await startTestServer({ ...MANY, data });
    const [alice, bob] = [await signUp(server.url, 'alice'), await signUp(server.url, 'bob')];
    const { toBob, toAlice } = await introduce(alice, bob);
    const kept = await backUp(data);
    const say = (device: TestDevice, conversation: string, text: string) =>
      device.call('send', { conversation, text });
    for (const text of ['after one', 'after two']) await say(alice.device, toBob, text);
    await say(bob.device, toAlice, 'answer after');
    await untilLine(bob.device, toAlice, 'after two');
    await settled(alice.device, toBob);
    await settled(bob.device, toAlice);
    await server.close();
    await say(alice.device, toBob, 'while it was away');

    const restored = await startTestServer({ ...MANY, data: kept.restore(), port: server.port });
    await untilLine(bob.device, toAlice, 'while it was away');
    for (let i = 0; i < 3; i++) await say(bob.device, toAlice, `back ${i}`);
    await untilLine(alice.device, toBob, 'back 2');
    await say(alice.device, toBob, 'and on');
    await untilLine(bob.device, toAlice, 'and on');
    await settled(alice.device, toBob);
    await settled(bob.device, toAlice);
    const heard = (await lines(bob.device, toAlice)).filter((line) => line.startsWith('message'));
    expect(new Set(heard).size).toBe(heard.length);
    expect(heard.slice(-5).map((line) => line.slice(9))).toEqual([
      'while it was away',
      'back 0',
      'back 1',
      'back 2',
      'and on',
    ]);
    for (const [device, conversation] of [
      [alice.device, toBob],
      [bob.device, toAlice],
    ] as const) {
      const notes = (await lines(device, conversation)).filter((line) => line.includes('restored'));
      expect(notes).toEqual([
        'note: The server was restored from a backup. Messages from shortly before may not have reached everyone; ask if one matters.',
      ]);
    }
    for (const { device } of [alice, bob]) await device.dispose();
    await restored.close();
    kept.dispose();
    rmSync(data, { recursive: true, force: true });
  },
  LONG,
);
