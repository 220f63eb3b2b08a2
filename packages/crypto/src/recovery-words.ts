/** Recovery codes as words: BIP 39 with the English list; 32 bytes are 24 words, the last of which holds a checksum. */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { type Bytes, copyBytes } from './bytes.ts';

export const RECOVERY_WORDS = 24;

export function wordsFromSecret(secret: Bytes): string {
  return entropyToMnemonic(secret, wordlist);
}

/** Those that no recovery code has, as they were typed: slips, mostly. */
export function unknownWords(words: string): readonly string[] {
  return splitWords(words).filter((word) => word !== '' && !wordlist.includes(word));
}

/** Undefined unless `words` are 24 words of the list with a right checksum; case and spacing do not matter. */
export function secretFromWords(words: string): Bytes | undefined {
  const normal = splitWords(words);
  if (normal.length !== RECOVERY_WORDS) return undefined;
  try {
    return copyBytes(mnemonicToEntropy(normal.join(' '), wordlist));
  } catch {
    return undefined;
  }
}

function splitWords(words: string): readonly string[] {
  return words.normalize('NFKD').trim().toLowerCase().split(/\s+/);
}
