import { describe, expect, it } from 'vitest';
import { lockKey } from './local-lock.ts';
import { generatePassword, LONGEST_PASSWORD, passwordStrength } from './password.ts';
import { systemRandom } from './random.ts';
import { secretFromWords, unknownWords, wordsFromSecret } from './recovery-words.ts';

describe('the floor for passwords', () => {
  it.each(['password', '12345678', 'Tr0ub4dor&3', 'alice1990', 'qwertyuiopasdf'])(
    'refuses %s',
    async (password) => {
      expect((await passwordStrength(password, ['alice'])).strongEnough).toBe(false);
    },
  );

  it('counts what an attacker knows of the person as known', async () => {
    const alone = await passwordStrength('wilhelmina-kowalczyk', []);
    const known = await passwordStrength('wilhelmina-kowalczyk', ['wilhelmina', 'kowalczyk']);
    expect(known.guesses).toBeLessThan(alone.guesses);
  });

  it('accepts what it generates: five words, different each time', async () => {
    const password = generatePassword(systemRandom);
    expect(password.split(' ')).toHaveLength(5);
    expect(generatePassword(systemRandom)).not.toBe(password);
    expect((await passwordStrength(password, ['alice'])).strongEnough).toBe(true);
  });

  it('[X4] does not spend time on a password that nobody could type', async () => {
    expect((await passwordStrength('ab'.repeat(LONGEST_PASSWORD), [])).strongEnough).toBe(false);
  });
});

describe('recovery words', () => {
  it('bring back the 32 bytes, whatever their case and spacing', () => {
    const secret = systemRandom(32);
    const words = wordsFromSecret(secret);
    expect(words.split(' ')).toHaveLength(24);
    expect(secretFromWords(words)).toEqual(secret);
    expect(secretFromWords(`  ${words.toUpperCase().replaceAll(' ', '\n ')} `)).toEqual(secret);
  });

  it('are refused with a word too few, a word that is none, or two that changed places', () => {
    const list = wordsFromSecret(new Uint8Array(32).map((_, i) => i)).split(' ');
    expect(secretFromWords(list.slice(1).join(' '))).toBeUndefined();
    expect(secretFromWords(['sotto', ...list.slice(1)].join(' '))).toBeUndefined();
    expect(unknownWords(['Sotto', ...list.slice(1), 'xyzzy'].join(' '))).toEqual(['sotto', 'xyzzy']);
    expect(unknownWords(list.join('\n'))).toEqual([]);
    const [first = '', second = '', ...rest] = list;
    expect(secretFromWords([second, first, ...rest].join(' '))).toBeUndefined();
  });

  it('give the words of BIP 39 for its test entropy', () => {
    expect(wordsFromSecret(new Uint8Array(32))).toBe(`${'abandon '.repeat(23)}art`);
  });
});

describe('the app lock', () => {
  it('gives one key for one password and salt, and another for another', async () => {
    const salt = systemRandom(16);
    const key = await lockKey('a password', salt);
    expect(key).toHaveLength(32);
    expect(await lockKey('a password', salt)).toEqual(key);
    expect(await lockKey('a passwort', salt)).not.toEqual(key);
    expect(await lockKey('a password', systemRandom(16))).not.toEqual(key);
  });
});
