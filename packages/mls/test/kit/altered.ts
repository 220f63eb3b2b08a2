/** A provider that lies: for peers that do what this engine never does. */
import { nodeProvider } from '../../src/crypto/node/index.ts';
import type { CipherSuite, CryptoProvider, KeyPair } from '../../src/index.ts';

/** The provider with some operations of every suite replaced. */
export function altered(change: (suite: CipherSuite) => Partial<CipherSuite>): CryptoProvider {
  return {
    suiteIds: nodeProvider.suiteIds,
    suite(id) {
      const suite = nodeProvider.suite(id);
      return suite && { ...suite, ...change(suite) };
    },
  };
}

/**
 * The provider whose key pair number `place`, from 0, is changed. Who commits derives the pairs of its path first, from
 * below, and that of its leaf after them.
 */
export function withKeyPair(place: number, change: (pair: KeyPair) => KeyPair): CryptoProvider {
  let next = 0;
  return altered(({ kem }) => ({
    kem: {
      ...kem,
      async deriveKeyPair(seed) {
        const pair = await kem.deriveKeyPair(seed);
        return next++ === place ? change(pair) : pair;
      },
    },
  }));
}

/** The provider that seals another plaintext instead of one of this length. */
export function withPlaintext(length: number, change: (plain: Uint8Array) => Uint8Array): CryptoProvider {
  return altered(({ aead }) => ({
    aead: {
      ...aead,
      seal: (key, iv, aad, plain) => aead.seal(key, iv, aad, plain.length === length ? change(plain) : plain),
    },
  }));
}
