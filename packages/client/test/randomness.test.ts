/** A source of randomness that is stuck or fails makes no key and no message: everything stops, and nothing is sent. */
import { identity } from '@sotto/contract';
import { type Bytes, checkedRandom, type Random, wordsFromSecret } from '@sotto/crypto';
import type { HostileServer, TestServer } from '@sotto/testkit';
import { openTestDevice, signUp, startHostileServer, startTestServer, texts } from '@sotto/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { introduce, LONG, MANY, outcome } from './parts.ts';

let server: TestServer;
let hostile: HostileServer;

beforeAll(async () => {
  server = await startTestServer(MANY);
  hostile = await startHostileServer(server.url);
}, LONG);
beforeEach(() => hostile.forget());
afterAll(async () => {
  await hostile.close();
  await server.close();
});

const stuck = (target: Bytes) => void target.fill(7);
const failing = () => {
  throw new TypeError('no entropy');
};

const signUpInput = {
  name: 'unlucky',
  password: 'correct horse battery staple tractor',
  deviceName: 'First',
};

const paths = () => hostile.traffic.exchanges.map(({ path }) => path);

describe('[K11] with a source that', () => {
  it.each([
    ['is stuck', stuck],
    ['throws', failing],
  ])('%s nobody signs up', async (_, fill) => {
    const device = await openTestDevice(hostile.url, { platform: { random: checkedRandom(fill) } });
    expect(await outcome(device.call('signUpStart', signUpInput))).toBe('random_failed');
    expect(paths()).not.toContain(identity.beginAccount.path);
    expect(paths()).not.toContain(identity.createAccount.path);
    await device.dispose();
  });

  it('gets stuck later no account is made, no key package published and no message encrypted', async () => {
    let fill = (target: Bytes): void => void crypto.getRandomValues(target);
    const random = checkedRandom((target) => fill(target));
    const device = await openTestDevice(hostile.url, { platform: { random } });
    const { words, ask } = await device.call('signUpStart', signUpInput);
    const answers = ask.map((position) => words.split(' ')[position - 1] ?? '');
    fill = stuck;
    expect(await outcome(device.call('signUpFinish', { answers }))).toBe('random_failed');
    expect(paths()).not.toContain(identity.createAccount.path);
    await device.dispose();
  });

  it(
    'gets stuck between two messages the second is not sent, and the program goes on',
    async () => {
      let sound = true;
      const random = checkedRandom(
        (target) => void (sound ? crypto.getRandomValues(target) : target.fill(7)),
      );
      const alice = await signUp(hostile.url, 'alice', { platform: { random } });
      const bob = await signUp(server.url, 'bob');
      const { toBob, toAlice } = await introduce(alice, bob);
      const submitted = () => hostile.traffic.clientFrames.filter(({ type }) => type === 'submit').length;
      const before = submitted();
      sound = false;
      expect(await outcome(alice.device.call('send', { conversation: toBob, text: 'lost' }))).toBe(
        'random_failed',
      );
      // What bob says is not acknowledged either: the line could not be sealed for the store.
      await bob.device.call('send', { conversation: toAlice, text: 'are you there?' });
      await alice.device.until(
        'session',
        null,
        (value) => value.state === 'signed-in' && value.problem !== null,
      );
      expect(submitted()).toBe(before);
      sound = true;
      await texts(alice.device, toBob, 3);
      await alice.device.call('send', { conversation: toBob, text: 'here' });
      expect(await texts(bob.device, toAlice, 4)).toEqual(['hello', 'good day', 'are you there?', 'here']);
      for (const { device } of [alice, bob]) await device.dispose();
    },
    LONG,
  );

  it('is stuck and not checked everybody has the same words and keys (control)', async () => {
    const unchecked: Random = (length) => new Uint8Array(length).fill(7);
    const device = await openTestDevice(hostile.url, { platform: { random: unchecked } });
    const { words } = await device.call('signUpStart', { ...signUpInput, name: 'careless' });
    expect(words).toBe(wordsFromSecret(new Uint8Array(32).fill(7)));
    expect(paths()).toContain(identity.beginAccount.path);
    await device.dispose();
  });
});
