/**
 * Passwords that people choose: how hard they are to guess, and a generator of ones that are hard enough.
 *
 * Whoever holds the server's records and its OPAQUE seed can guess a password offline, at Argon2id's price a guess.
 * The floor of 10^12 estimated guesses makes that a matter of centuries of one machine (docs/spec/identity.md).
 */
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { lazily } from './lazily.ts';
import type { Random } from './random.ts';

/** Fewest guesses, by zxcvbn's estimate, that a password may take. */
export const LEAST_GUESSES = 1e12;

/** Longer passwords are refused: the estimate costs time with length, and nobody types more. */
export const LONGEST_PASSWORD = 128;

export interface PasswordStrength {
  /** Estimated number of guesses to find it. */
  readonly guesses: number;
  readonly strongEnough: boolean;
}

type Estimator = (password: string, ownWords: readonly string[]) => number;

/** The dictionaries are large, so they are loaded with the first estimate. */
const loadEstimator = lazily(async (): Promise<Estimator> => {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  const zxcvbn = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  });
  return (password, ownWords) => zxcvbn.check(password, [...ownWords]).guesses;
});

/**
 * Throws `part_missing` where the dictionaries cannot be loaded.
 *
 * @param ownWords what an attacker knows of the person: the name, the server
 */
export async function passwordStrength(
  password: string,
  ownWords: readonly string[],
): Promise<PasswordStrength> {
  const estimate = await loadEstimator();
  const guesses = password.length > LONGEST_PASSWORD ? 0 : estimate(password, ownWords);
  return { guesses, strongEnough: guesses >= LEAST_GUESSES };
}

const GENERATED_WORDS = 5;

/** Five words of a list of 2,048, each equally likely: 55 bits, 3.6 × 10^16 guesses. */
export function generatePassword(random: Random): string {
  const draw = random(2 * GENERATED_WORDS);
  const words: string[] = [];
  for (let i = 0; i < GENERATED_WORDS; i++) {
    const index = (((draw[2 * i] as number) << 8) | (draw[2 * i + 1] as number)) % wordlist.length;
    words.push(wordlist[index] as string);
  }
  return words.join(' ');
}
