import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../bytes.ts';
import { decryptWithLabel, encryptContext, encryptToEach, encryptWithLabel } from './encrypt-with-label.ts';
import { nodeProvider } from './node/index.ts';
import type { CipherSuite, Random } from './provider.ts';

/** As `crypto.getRandomValues` has it. */
const MOST = 65_536;
const browserRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));
const suites = nodeProvider.suiteIds.map((id) => nodeProvider.suite(id) as CipherSuite);

describe.each(suites)('in suite $id', (suite) => {
  const context = encryptContext(suite, 'a label', utf8('a context'));
  const keyPair = () => suite.kem.deriveKeyPair(browserRandom(suite.kem.seedLength));

  test('each of many readers opens the own message, and no two are sealed with the same randomness', async () => {
    const reader = await keyPair();
    const count = Math.ceil(MOST / suite.kem.encapsulationRandomLength) + 1;
    // As many would take seconds in the other suites.
    const some = suite.id === 1 || suite.id > 7 ? count : 3;
    const messages = Array.from({ length: some }, (_, i) => ({
      publicKey: reader.publicKey,
      plaintext: utf8(`message ${i}`),
    }));
    const sealed = await encryptToEach(suite, context, messages, browserRandom);
    expect(new Set(sealed.map((one) => toHex(one.sealed.kemOutput))).size).toBe(some);
    for (const { message, sealed: one } of [...sealed.slice(0, 2), ...sealed.slice(-1)]) {
      expect(await decryptWithLabel(suite, reader, context, one)).toEqual(message.plaintext);
    }
  });

  test('a source that gives fewer bytes than it is asked for seals nothing', async () => {
    const { publicKey } = await keyPair();
    const plaintext = utf8('a secret');
    const short: Random = (length) => browserRandom(length - 1);
    const refused = { code: 'invalid-argument' };
    await expect(encryptWithLabel(suite, publicKey, context, plaintext, short)).rejects.toMatchObject(
      refused,
    );
    const messages = [1, 2].map(() => ({ publicKey, plaintext }));
    await expect(encryptToEach(suite, context, messages, short)).rejects.toMatchObject(refused);
  });
});
