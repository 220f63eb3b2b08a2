/** The one error type of this package, and the one table of its codes (`docs/spec/mls.md` lists the same). */

export const MLS_ERRORS = {
  // Input and use
  malformed: 'The bytes are not a well-formed message.',
  'unsupported-version': 'The protocol version is not supported.',
  'unsupported-suite': 'The cipher suite is not supported.',
  'crypto-failure': 'A cryptographic operation refused its input.',
  'invalid-argument': 'The arguments of the call contradict each other, or have no encoding.',
  'group-closed': 'This client is no longer a member, or the group was replaced.',
  'state-malformed': 'The stored group state cannot be read.',
  'state-version': 'The stored group state was written by a newer version.',
  'state-older': 'The stored group state was written by an older version, and is not read any more.',
  'not-authorized': 'The authentication service refused the credential.',

  // Section 6: framing
  'wrong-group': 'The message belongs to another group.',
  'wrong-epoch': 'The message belongs to another epoch.',
  'epoch-forgotten': 'The message belongs to an epoch whose keys are gone.',
  'unknown-sender': 'The sender is not in the group.',
  'sender-type-not-allowed': 'This kind of sender may not send this content.',
  'bad-signature': 'The signature of the message does not verify.',
  'bad-membership-tag': 'The membership tag does not verify.',
  'application-not-private': 'Application data must be sent as a private message.',
  'decryption-failed': 'The message cannot be decrypted.',
  'padding-not-zero': 'The padding of a private message is not zero.',
  'generation-consumed': 'The key of this message was used already.',
  'generation-too-far': 'The message skips more generations than allowed.',
  'generations-exhausted': 'The sender key cannot be advanced any further.',
  'own-message': 'The message was sent by this very client.',

  // Section 7.2 and 7.3: leaf nodes
  'leaf-signature': 'The signature of a leaf node does not verify.',
  'leaf-source': 'A leaf node has the wrong source for its place.',
  'leaf-lifetime': 'A leaf node is not valid at this time.',
  'leaf-lifetime-too-long': 'A leaf node is valid for longer than this client accepts.',
  'leaf-extension-not-in-capabilities': 'A leaf node has an extension that its capabilities do not list.',
  'leaf-required-capabilities': 'A leaf node lacks a capability that the group requires.',
  'leaf-group-extension-unsupported': 'A leaf node does not support an extension of the group.',
  'leaf-credential-unsupported-by-member': 'A member does not support the credential type of a leaf node.',
  'duplicate-signature-key': 'Two leaves would have the same signature key.',
  'duplicate-encryption-key': 'Two nodes would have the same encryption key.',
  'duplicate-extension': 'A list of extensions names one type twice.',
  'weak-encryption-key': 'An encryption key is not a proper element of its group.',
  'weak-signature-key': 'A signature key is not a proper element of its group.',
  'malformed-extension': 'The data of an extension is malformed.',
  'x509-key-mismatch': 'The signature key is not that of the certificate.',
  'x509-empty-chain': 'An X.509 credential has no certificate.',

  // Section 7.8 and 7.9: tree integrity
  'tree-hash-mismatch': 'The tree is not the one that the group agreed on.',
  'parent-hash-mismatch': 'A parent node is not vouched for by a member below it.',
  'unmerged-leaf-invalid': 'A list of unmerged leaves contradicts the tree.',
  'tree-malformed': 'The ratchet tree is not well formed.',
  'tree-missing': 'The ratchet tree is neither in the message nor given.',

  // Section 10: key packages
  'key-package-signature': 'The signature of a key package does not verify.',
  'key-package-version': 'A key package is of another protocol version.',
  'key-package-suite': 'A key package is for another cipher suite.',
  'key-package-init-key': 'A key package uses one key for two purposes.',
  'key-package-reused': 'A key package was used already.',

  // Section 12.1 and 12.2: proposals
  'update-by-committer': 'A commit contains an update from its own sender.',
  'remove-committer': 'A commit removes its own sender.',
  'multiple-changes-of-leaf': 'A commit changes one member twice.',
  'duplicate-add': 'A commit adds the same client twice.',
  'already-member': 'A commit adds a client that is a member already.',
  'remove-of-blank-leaf': 'A removal names a leaf that is not in use.',
  'update-key-unchanged': 'An update does not replace the encryption key.',
  'duplicate-psk': 'A commit uses one pre-shared key twice.',
  'psk-usage': 'A pre-shared key is used outside its purpose.',
  'psk-nonce-length': 'The nonce of a pre-shared key has the wrong length.',
  'psk-not-alone': 'Two pre-shared keys tie a group to a former one.',
  'psk-unknown': 'A pre-shared key is not known here.',
  'multiple-group-context-extensions': 'A commit replaces the group extensions twice.',
  'reinit-not-alone': 'A reinitialisation comes with other proposals.',
  'reinit-version-downgrade': 'A reinitialisation lowers the protocol version.',
  'external-init-by-member': 'Only an external commit may carry an external init.',
  'proposal-type-not-allowed': 'This sender may not make this proposal.',
  'proposals-too-many': 'Too many proposals wait for a commit.',
  'proposals-pending': 'Proposals wait for a commit, which comes before anything is sent.',
  'proposal-unknown': 'A commit refers to a proposal that is not known here.',
  'required-capabilities-unsupported': 'A member lacks what the new group extensions require.',
  'group-extension-unsupported': 'A member does not support a new group extension.',
  'external-sender-unknown': 'The external sender is not listed by the group.',
  'external-senders-invalid': 'An entry in the list of external senders is not acceptable.',

  // Section 12.2, external commits
  'external-init-count': 'An external commit needs exactly one external init.',
  'external-commit-proposal-type': 'An external commit contains a proposal that it may not.',
  'external-commit-by-reference': 'An external commit refers to proposals of others.',
  'external-commit-removes': 'An external commit removes more than its own former leaf.',
  'external-commit-no-path': 'An external commit needs a path.',
  'external-pub-missing': 'The group information offers no external key.',

  // Section 12.4: commits
  'path-required': 'The proposals of this commit demand a path.',
  'path-length': 'The path does not have one node for each one needed.',
  'path-ciphertext-count': 'A path node is not encrypted to exactly those who need it.',
  'path-parent-hash': 'The leaf of the path does not vouch for the path.',
  'path-key-reused': 'The path contains a key that is in the tree already.',
  'path-key-mismatch': 'A path secret does not yield the key that was announced.',
  'path-undecryptable': 'No path secret is encrypted to this client, or it does not open.',
  'bad-confirmation-tag': 'The confirmation tag does not verify.',
  'reinit-pending': 'The group awaits its reinitialisation and accepts nothing else.',
  'pending-own-commit': 'The message is a commit of this very client: merge it instead.',

  // Section 12.4.3: welcome and group info
  'welcome-not-for-me': 'No part of the welcome is for this key package.',
  'welcome-suite': 'The welcome is for another cipher suite.',
  'welcome-undecryptable': 'The welcome cannot be decrypted.',
  'welcome-mismatch': 'The welcome is not for those whom the commit adds.',
  'group-info-signature': 'The signature of the group information does not verify.',
  'group-info-mismatch': 'The group information is not of this epoch.',
  'group-known': 'This client is already in a group of this identifier.',
  'own-leaf-missing': 'The tree does not contain this client.',
  'reinit-mismatch': 'The new group is not the one that the reinitialisation announced.',
  'reinit-member-missing': 'A member of the old group is missing in the one that replaces it.',
  'branch-mismatch': 'The new group is not a proper branch of the old one.',
} as const;

export type MlsErrorCode = keyof typeof MLS_ERRORS;

/** What every function of this package throws. The message is fit for a person and holds no secret. */
export class MlsError extends Error {
  override readonly name = 'MlsError';
  readonly code: MlsErrorCode;

  constructor(code: MlsErrorCode, cause?: unknown) {
    super(MLS_ERRORS[code], cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Throws the error of `code`; typed as `never`, so that it ends a branch. */
export function fail(code: MlsErrorCode, cause?: unknown): never {
  throw new MlsError(code, cause);
}

/** Throws the error of `code` unless `condition` holds. */
export function check(condition: boolean, code: MlsErrorCode): asserts condition {
  if (!condition) throw new MlsError(code);
}
