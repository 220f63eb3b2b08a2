/** The half of a cipher suite that needs no secret: what a server, an auditor or the tree code may use. */

export interface SignatureItem {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export interface PublicSuite {
  readonly id: number;
  /** Nh, the length of a hash. */
  readonly hashLength: number;
  hash(data: Uint8Array): Uint8Array;
  /** False for a wrong signature and for a malformed key or signature alike; never throws. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
  /** Many at once, side by side where the platform can; as many answers, in order. */
  verifyAll(items: readonly SignatureItem[]): Promise<readonly boolean[]>;
  /** Whether the key has the right length and lies in the large subgroup: no small-order point, no junk. */
  isSoundEncryptionKey(publicKey: Uint8Array): boolean;
  isSoundSignatureKey(publicKey: Uint8Array): boolean;
}

/** Where public suites come from; every `CryptoProvider` is one. */
export interface PublicProvider {
  suite(id: number): PublicSuite | undefined;
}
