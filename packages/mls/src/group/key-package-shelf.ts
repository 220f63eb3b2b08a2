/**
 * Key packages that wait for their Welcome. Each is taken off when it is used (RFC 9420, section 16.8):
 * the second Welcome for it is refused. One of last resort stays, and the taker is told to replace it.
 */
import { toHex } from '../bytes.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { check, fail } from '../errors.ts';
import { WireFormat } from '../messages/framed-content.ts';
import { keyPackageRef } from '../messages/key-package.ts';
import { decodeMessage } from '../messages/mls-message.ts';
import { isLastResort, type KeyPackageBundle } from './key-package.ts';

export interface KeyPackageShelf {
  /** By reference, in hexadecimal. */
  readonly bundles: ReadonlyMap<string, KeyPackageBundle>;
  /** References of those used up. */
  readonly used: ReadonlySet<string>;
}

export const EMPTY_SHELF: KeyPackageShelf = { bundles: new Map(), used: new Set() };

export function shelve(
  provider: CryptoProvider,
  shelf: KeyPackageShelf,
  bundle: KeyPackageBundle,
): KeyPackageShelf {
  const suite = provider.suite(bundle.keyPackage.cipherSuite) ?? fail('unsupported-suite');
  const reference = toHex(keyPackageRef(suite, bundle.keyPackage));
  check(!shelf.used.has(reference), 'key-package-reused');
  return { ...shelf, bundles: new Map(shelf.bundles).set(reference, bundle) };
}

export interface Taken {
  readonly bundle: KeyPackageBundle;
  /** Store it before the group that is joined. */
  readonly shelf: KeyPackageShelf;
  /** The package was the one of last resort: publish new ones, this included. */
  readonly replaceLastResort: boolean;
}

/** The bundle for which an encoded Welcome is. */
export function takeFor(shelf: KeyPackageShelf, welcome: Uint8Array): Taken {
  const message = decodeMessage(welcome) ?? fail('malformed');
  if (message.wireFormat !== WireFormat.welcome) return fail('invalid-argument');
  const references = message.welcome.secrets.map(({ newMember }) => toHex(newMember));
  for (const reference of references) {
    const bundle = shelf.bundles.get(reference);
    if (bundle === undefined) continue;
    if (isLastResort(bundle.keyPackage)) return { bundle, shelf, replaceLastResort: true };
    const bundles = new Map(shelf.bundles);
    bundles.delete(reference);
    const used = new Set(shelf.used).add(reference);
    return { bundle, shelf: { bundles, used }, replaceLastResort: false };
  }
  const isReuse = references.some((reference) => shelf.used.has(reference));
  return fail(isReuse ? 'key-package-reused' : 'welcome-not-for-me');
}
