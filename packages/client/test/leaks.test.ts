/**
 * What the server has of what people say: nothing. Two people sign up, name their devices, talk, verify each other, are
 * recovered; then every byte that the server stored and logged, and every byte that crossed the wire, is searched.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretFromWords, utf8 } from '@sotto/crypto';
import {
  conversationWith,
  leaksIn,
  openTestDevice,
  type Secret,
  signUp,
  startHostileServer,
  startTestServer,
  type TestPerson,
} from '@sotto/testkit';
import { expect, it } from 'vitest';
import { introduce, isOnline, LONG, MANY, settled, untilLine } from './parts.ts';

const TEXTS = [
  'Treffen wir uns um acht am Fluß? 🌊',
  'the combination of the locker is 4417-92',
  '**bold** words with https://example.org/a?b=c',
];
const DEVICES = ['Grandmother’s old laptop', 'phone in the blue case', 'borrowed desktop'];
const NEW_PASSWORD = 'eleven foxes under a copper roof';

/** Each secret that a person here has typed, been shown or been given. */
function secretsOf(people: readonly TestPerson[]): readonly Secret[] {
  return [
    ...TEXTS.map((text, i) => ({ name: `message ${i}`, text })),
    ...TEXTS.flatMap((text, i) =>
      text
        .split(' ')
        .filter((word) => word.length > 7)
        .map((word) => ({ name: `message ${i}: ${word}`, text: word })),
    ),
    ...DEVICES.map((text) => ({ name: text, text })),
    { name: 'new password', text: NEW_PASSWORD },
    ...people.flatMap(({ name, password, words }) => {
      const list = words.split(' ');
      const runs = list.slice(2).map((_, i) => list.slice(i, i + 3));
      return [
        { name: `${name}’s password`, text: password },
        { name: `${name}’s recovery secret`, text: secretFromWords(words) ?? '' },
        ...[' ', ',', '","', ''].flatMap((between) =>
          runs.map((run, i) => ({ name: `${name}’s words from ${i + 1}`, text: run.join(between) })),
        ),
      ];
    }),
  ];
}

function filesOf(folder: string): readonly Uint8Array[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

it(
  'nothing that people say, nor a name of a device, nor a secret is on the server, in its log or on the wire',
  async () => {
    const server = await startTestServer({ ...MANY, logLevel: 'debug' });
    const hostile = await startHostileServer(server.url);
    const [alice, bob] = [await signUp(hostile.url, 'alice'), await signUp(hostile.url, 'bob')];
    const { toBob, toAlice } = await introduce(alice, bob);
    await alice.device.call('renameDevice', { name: DEVICES[0] ?? '' });
    await bob.device.call('renameDevice', { name: DEVICES[1] ?? '' });
    for (const text of TEXTS) {
      await alice.device.call('send', { conversation: toBob, text });
      await bob.device.call('send', { conversation: toAlice, text: `re: ${text}` });
    }
    await settled(alice.device, toBob);
    await settled(bob.device, toAlice);
    const { code } = await bob.device.call('safetyNumber', { address: alice.address });
    await alice.device.call('compareSafetyNumber', { address: bob.address, scanned: code });
    const desktop = await openTestDevice(hostile.url);
    await desktop.call('recover', {
      address: alice.address,
      words: alice.words,
      newPassword: NEW_PASSWORD,
      deviceName: DEVICES[2] ?? '',
    });
    await isOnline(desktop);
    const conversation = await conversationWith(desktop, bob.address);
    await desktop.call('send', { conversation, text: TEXTS[0] ?? '' });
    await untilLine(bob.device, toAlice, 'alice added a new device');
    await settled(desktop, conversation);

    const secrets = secretsOf([alice, bob]);
    const stored = () => [...filesOf(server.data), utf8(server.log())];
    expect(stored().length).toBeGreaterThan(2);
    expect(server.log().length).toBeGreaterThan(1_000);
    expect(hostile.passed().length).toBeGreaterThan(100);
    expect(leaksIn(stored(), secrets)).toEqual([]);
    expect(leaksIn(hostile.passed(), secrets)).toEqual([]);

    // Control: a text that is sent without encryption is found, in the database and on the wire.
    const planted = TEXTS[1] ?? '';
    hostile.onClientFrame((frame, pass) =>
      pass(frame.type === 'submit' ? { ...frame, bytes: utf8(`a letter: ${planted}`) } : frame),
    );
    await bob.device.call('send', { conversation: toAlice, text: 'encrypted, but exchanged' });
    await untilLine(alice.device, toBob, 'could not be read');
    expect(leaksIn(stored(), secrets)).toContain('message 1 as UTF-8');
    expect(leaksIn(hostile.passed(), secrets)).toContain('message 1 as UTF-8');
    for (const device of [alice.device, bob.device, desktop]) await device.dispose();
    await hostile.close();
    await server.close();
  },
  LONG,
);
