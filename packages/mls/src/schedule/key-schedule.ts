/** The key schedule (RFC 9420, section 8). */
import { EMPTY } from '../bytes.ts';
import { extract } from '../crypto/hkdf.ts';
import { deriveSecret, expandWithLabel } from '../crypto/labels.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { encodeGroupContext, type GroupContext } from '../messages/group-context.ts';

/** The secrets of an epoch that outlive its beginning. */
export interface EpochSecrets {
  readonly senderDataSecret: Uint8Array;
  readonly exporterSecret: Uint8Array;
  readonly externalSecret: Uint8Array;
  readonly membershipKey: Uint8Array;
  readonly resumptionPsk: Uint8Array;
  readonly epochAuthenticator: Uint8Array;
  readonly initSecret: Uint8Array;
}

/** What the beginning of an epoch needs besides: used at once, never stored. */
export interface EpochStart {
  readonly secrets: EpochSecrets;
  readonly encryptionSecret: Uint8Array;
  readonly confirmationKey: Uint8Array;
}

/** joiner_secret: what a Welcome carries. */
export function deriveJoinerSecret(
  suite: CipherSuite,
  initSecret: Uint8Array,
  commitSecret: Uint8Array,
  context: GroupContext,
): Uint8Array {
  const extracted = extract(suite, initSecret, commitSecret);
  return expandWithLabel(suite, extracted, 'joiner', encodeGroupContext(context), suite.hashLength);
}

/** The secret between joiner_secret and epoch_secret, from which welcome_secret comes too. */
function intermediateSecret(suite: CipherSuite, joinerSecret: Uint8Array, pskSecret: Uint8Array): Uint8Array {
  return extract(suite, joinerSecret, pskSecret);
}

export function deriveWelcomeSecret(
  suite: CipherSuite,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
): Uint8Array {
  return deriveSecret(suite, intermediateSecret(suite, joinerSecret, pskSecret), 'welcome');
}

/** welcome_key and welcome_nonce (section 12.4.3.1). */
export function deriveWelcomeKey(
  suite: CipherSuite,
  welcomeSecret: Uint8Array,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  return {
    key: expandWithLabel(suite, welcomeSecret, 'key', EMPTY, suite.aead.keyLength),
    nonce: expandWithLabel(suite, welcomeSecret, 'nonce', EMPTY, suite.aead.nonceLength),
  };
}

export function startEpoch(
  suite: CipherSuite,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
  context: GroupContext,
): EpochStart {
  const intermediate = intermediateSecret(suite, joinerSecret, pskSecret);
  return fromEpochSecret(
    suite,
    expandWithLabel(suite, intermediate, 'epoch', encodeGroupContext(context), suite.hashLength),
  );
}

/** From epoch_secret itself, which for a new group is random (section 11). */
export function fromEpochSecret(suite: CipherSuite, epochSecret: Uint8Array): EpochStart {
  const derive = (label: string): Uint8Array => deriveSecret(suite, epochSecret, label);
  return {
    secrets: {
      senderDataSecret: derive('sender data'),
      exporterSecret: derive('exporter'),
      externalSecret: derive('external'),
      membershipKey: derive('membership'),
      resumptionPsk: derive('resumption'),
      epochAuthenticator: derive('authentication'),
      initSecret: derive('init'),
    },
    encryptionSecret: derive('encryption'),
    confirmationKey: derive('confirm'),
  };
}

/** MLS-Exporter (section 8.5). */
export function exportFrom(
  suite: CipherSuite,
  exporterSecret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const derived = deriveSecret(suite, exporterSecret, label);
  return expandWithLabel(suite, derived, 'exported', suite.hash(context), length);
}
