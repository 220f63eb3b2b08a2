/** What names a message between an interface and a device: 16 random bytes in base64url. */
import { fromBase64Url, type Random, systemRandom, toBase64Url } from '@sotto/crypto';

const LENGTH = 16;

export function newMessageName(random: Random = systemRandom): string {
  return toBase64Url(random(LENGTH));
}

export function isMessageName(text: string): boolean {
  return fromBase64Url(text)?.length === LENGTH;
}
