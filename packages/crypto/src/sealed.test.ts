import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, concat, utf8 } from './bytes.ts';
import { hkdf } from './kdf.ts';
import { systemRandom } from './random.ts';
import { open, seal } from './sealed.ts';

const secret = systemRandom(32);
const place = utf8('here');
const refused = { code: 'not_authentic' };

describe('a sealed object', () => {
  it('opens with its key, label and place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (plaintext) => {
        const sealed = await seal(secret, 'label', place, plaintext, systemRandom);
        expect(sealed).toHaveLength(1 + 32 + 32 + plaintext.length + 16);
        expect(await open(secret, 'label', place, sealed)).toEqual(new Uint8Array(plaintext));
      }),
      { numRuns: 30 },
    );
  });

  it('opens under no other key, label or place', async () => {
    const sealed = await seal(secret, 'label', place, utf8('text'), systemRandom);
    await expect(open(systemRandom(32), 'label', place, sealed)).rejects.toMatchObject(refused);
    await expect(open(secret, 'labe', concat(utf8('l'), place), sealed)).rejects.toMatchObject(refused);
    await expect(open(secret, 'label', utf8('there'), sealed)).rejects.toMatchObject(refused);
  });

  it('does not open when any bit was changed, or when it was cut short anywhere', async () => {
    const sealed = await seal(secret, 'label', place, utf8('text'), systemRandom);
    for (let at = 0; at < sealed.length; at++) {
      const changed = new Uint8Array(sealed);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      await expect(open(secret, 'label', place, changed)).rejects.toMatchObject(refused);
      await expect(open(secret, 'label', place, sealed.slice(0, at))).rejects.toMatchObject(refused);
    }
  });

  it('seals the same text to different bytes each time', async () => {
    const first = await seal(secret, 'label', place, utf8('text'), systemRandom);
    expect(await seal(secret, 'label', place, utf8('text'), systemRandom)).not.toEqual(first);
  });
});

describe('[M18] a ciphertext that opens under two keys', () => {
  it('[M18] is refused by the commitment; control: the AEAD alone opens under the key that was not committed to', async () => {
    const salt = systemRandom(32);
    const other = systemRandom(32);
    const sealed = concat(
      Uint8Array.of(1),
      salt,
      systemRandom(32),
      await aeadUnder(other, salt, utf8('text')),
    );
    await expect(open(other, 'label', place, sealed)).rejects.toMatchObject(refused);
    expect(await withoutCommitment(other, sealed)).toEqual(utf8('text'));
  });
});

const info = concat(utf8('sotto sealed 1'), new Uint8Array(1), utf8('label'), new Uint8Array(1), place);

async function keyFor(key: Bytes, salt: Bytes) {
  const bits = await hkdf(key, salt, info, 64);
  return crypto.subtle.importKey('raw', bits.slice(0, 32), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function aeadUnder(key: Bytes, salt: Bytes, text: Bytes) {
  const iv = new Uint8Array(12);
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyFor(key, salt), text));
}

/** `open` with its check of the commitment left out. */
async function withoutCommitment(key: Bytes, sealed: Bytes) {
  const aead = await keyFor(key, sealed.slice(1, 33));
  const iv = new Uint8Array(12);
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, aead, sealed.slice(65)));
}
