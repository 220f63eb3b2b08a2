/** Connections that break, and programs that are killed, on both sides: each message arrives once, in order. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  openTestDevice,
  type ServerProcess,
  signUp,
  startServerProcess,
  startTestServer,
  texts,
} from '@sotto/testkit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { introduce, LONG, MANY, openScene, type Scene, settled } from './parts.ts';

const numbered = (word: string, count: number) => Array.from({ length: count }, (_, i) => `${word} ${i}`);

it(
  'messages that wait go out once and in order when the server is back on its port',
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'sotto-server-'));
    const server = await startTestServer({ ...MANY, data });
    const { port, url } = server;
    const alice = await signUp(url, 'alice');
    const bob = await signUp(url, 'bob');
    const { toBob, toAlice } = await introduce(alice, bob);
    await server.close();
    for (const { device } of [alice, bob]) {
      await device.until('session', null, (value) => 'connection' in value && value.connection !== 'online');
    }
    for (const text of numbered('message', 8)) await alice.device.call('send', { conversation: toBob, text });
    await bob.device.call('send', { conversation: toAlice, text: 'meanwhile' });
    const again = await startTestServer({ ...MANY, data, port });
    const heard = await texts(bob.device, toAlice, 11);
    expect(heard.filter((text) => text.startsWith('message'))).toEqual(numbered('message', 8));
    await texts(alice.device, toBob, 11);
    await settled(alice.device, toBob);
    await settled(bob.device, toAlice);
    for (const { device } of [alice, bob]) await device.dispose();
    await again.close();
    rmSync(data, { recursive: true, force: true });
  },
  LONG,
);

describe('over a connection that breaks at any moment', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  }, LONG);
  afterAll(() => scene.close());

  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('bob says' as const) },
    { weight: 4, arbitrary: fc.constant('alice says' as const) },
    { weight: 2, arbitrary: fc.constant('cut' as const) },
    { weight: 1, arbitrary: fc.constant('cut after the next frame up' as const) },
    { weight: 1, arbitrary: fc.constant('cut after the next frame down' as const) },
    { weight: 1, arbitrary: fc.constant('lose the next frame down' as const) },
  );

  it(
    'all that two people say arrives once and in order',
    async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
          const word = `run ${++run} message`;
          const said = { alice: [] as string[], bob: [] as string[] };
          for (const [i, next] of steps.entries()) await take(next, `${word} ${i}`, said);
          for (const [device, conversation, own, other] of [
            [scene.bob.device, scene.toAlice, said.bob, said.alice],
            [scene.alice.device, scene.toBob, said.alice, said.bob],
          ] as const) {
            const all = await device.until('items', { conversation, limit: 1_000 }, ({ items }) => {
              const messages = items.filter((item) => item.kind === 'message' && item.text.startsWith(word));
              return messages.length >= own.length + other.length;
            });
            const messages = all.items.flatMap((item) =>
              item.kind === 'message' && item.text.startsWith(word) ? [item] : [],
            );
            expect(messages.filter(({ own: mine }) => mine).map(({ text }) => text)).toEqual(own);
            expect(messages.filter(({ own: mine }) => !mine).map(({ text }) => text)).toEqual(other);
            expect(all.items.filter(({ kind }) => kind !== 'message')).toEqual([]);
          }
          await settled(scene.alice.device, scene.toBob);
          await settled(scene.bob.device, scene.toAlice);
        }),
        { numRuns: 8, endOnFailure: true },
      );
      expect(run).toBe(8);
    },
    LONG,
  );

  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  async function take(next: Step, text: string, said: { alice: string[]; bob: string[] }): Promise<void> {
    const { hostile, alice, bob, toBob, toAlice } = scene;
    if (next === 'bob says') {
      said.bob.push(text);
      await bob.device.call('send', { conversation: toAlice, text });
    } else if (next === 'alice says') {
      said.alice.push(text);
      await alice.device.call('send', { conversation: toBob, text });
    } else if (next === 'cut') {
      hostile.cut();
    } else if (next === 'cut after the next frame up') {
      const stop = hostile.onClientFrame((frame, pass, link) => {
        stop();
        pass(frame);
        link.cut();
      });
    } else {
      const stop = hostile.onServerFrame((frame, pass, link) => {
        if (frame.type !== 'entries') return pass(frame);
        stop();
        if (next === 'cut after the next frame down') pass(frame);
        link.cut();
      });
    }
  }
});

describe('a program that is killed', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServerProcess();
  }, LONG);
  afterAll(() => server.dispose());

  it(
    'between the encryption of a message and its submission sends it when it is started again',
    async () => {
      const alice = await signUp(server.url, 'ann');
      const bob = await signUp(server.url, 'ben');
      const { toBob, toAlice } = await introduce(alice, bob);
      await alice.device.close();
      const program = fileURLToPath(new URL('./programs/crash-device.ts', import.meta.url));
      const args = [program, alice.device.home, server.url, toBob, 'survives'];
      const child = spawn(process.execPath, args, { stdio: 'inherit' });
      const [, signal] = await once(child, 'exit');
      expect(signal).toBe('SIGKILL');
      const again = await openTestDevice(server.url, { home: alice.device.home });
      await again.call('send', { conversation: toBob, text: 'and goes on' });
      expect(await texts(bob.device, toAlice, 4)).toEqual(['hello', 'good day', 'survives', 'and goes on']);
      await settled(again, toBob);
      await again.dispose();
      await bob.device.dispose();
    },
    LONG,
  );

  it(
    'the server, while messages stream, loses none that it acknowledged, and nobody reads one twice',
    async () => {
      const alice = await signUp(server.url, 'cleo');
      const bob = await signUp(server.url, 'dan');
      const { toBob, toAlice } = await introduce(alice, bob);
      const expected = ['hello', 'good day'];
      for (let round = 0; round < 3; round++) {
        for (const text of numbered(`round ${round} message`, 20)) {
          expected.push(text);
          await alice.device.call('send', { conversation: toBob, text });
        }
        await alice.device.until('items', { conversation: toBob, limit: 1_000 }, ({ items }) =>
          items.some(
            (item) =>
              item.kind === 'message' && item.text.startsWith(`round ${round}`) && item.status !== 'queued',
          ),
        );
        await server.kill();
        await server.start();
      }
      expect(await texts(bob.device, toAlice, expected.length)).toEqual(expected);
      await settled(alice.device, toBob);
      const { items } = await bob.device.until('items', { conversation: toAlice, limit: 1_000 }, () => true);
      expect(items.map(({ kind }) => kind)).toEqual(expected.map(() => 'message'));
      for (const { device } of [alice, bob]) await device.dispose();
    },
    LONG,
  );
});
