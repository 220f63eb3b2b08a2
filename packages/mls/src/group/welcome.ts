/** Making a Welcome (RFC 9420, section 12.4.3.1). */
import { EMPTY } from '../bytes.ts';
import { encode } from '../codec/codec.ts';
import { encryptContext, encryptToEach } from '../crypto/encrypt-with-label.ts';
import type { CipherSuite, Random } from '../crypto/provider.ts';
import { WireFormat } from '../messages/framed-content.ts';
import { type GroupInfo, groupInfoCodec } from '../messages/group-info.ts';
import { groupSecretsCodec } from '../messages/group-secrets.ts';
import { type KeyPackage, keyPackageRef } from '../messages/key-package.ts';
import { encodeMessage } from '../messages/mls-message.ts';
import type { PreSharedKeyId } from '../messages/pre-shared-key-id.ts';
import { deriveWelcomeKey, deriveWelcomeSecret } from '../schedule/key-schedule.ts';
import { ancestor, commonLevel } from '../tree/tree-math.ts';
import type { DerivedPath } from './path-secrets.ts';

export interface Newcomer {
  readonly keyPackage: KeyPackage;
  readonly leafIndex: number;
}

export interface WelcomeParts {
  readonly newcomers: readonly Newcomer[];
  readonly committer: number;
  /** The committer's path, if the commit had one. */
  readonly path: DerivedPath | undefined;
  readonly joinerSecret: Uint8Array;
  readonly pskSecret: Uint8Array;
  readonly psks: readonly PreSharedKeyId[];
  readonly groupInfo: GroupInfo;
}

export async function makeWelcome(
  suite: CipherSuite,
  parts: WelcomeParts,
  random: Random,
): Promise<Uint8Array> {
  const { key, nonce } = deriveWelcomeKey(
    suite,
    deriveWelcomeSecret(suite, parts.joinerSecret, parts.pskSecret),
  );
  const info = encode(groupInfoCodec, parts.groupInfo);
  const encryptedGroupInfo = await suite.aead.seal(key, nonce, EMPTY, info);
  const context = encryptContext(suite, 'Welcome', encryptedGroupInfo);
  const messages = parts.newcomers.map(({ keyPackage, leafIndex }) => ({
    newMember: keyPackageRef(suite, keyPackage),
    publicKey: keyPackage.initKey,
    plaintext: encode(groupSecretsCodec, {
      joinerSecret: parts.joinerSecret,
      pathSecret: pathSecretFor(parts, leafIndex),
      psks: parts.psks,
    }),
  }));
  const secrets = (await encryptToEach(suite, context, messages, random)).map(({ message, sealed }) => ({
    newMember: message.newMember,
    encryptedGroupSecrets: sealed,
  }));
  const welcome = { cipherSuite: suite.id, secrets, encryptedGroupInfo };
  return encodeMessage({ wireFormat: WireFormat.welcome, welcome });
}

/** The secret of the lowest node above both the committer and the newcomer. */
function pathSecretFor({ path, committer }: WelcomeParts, leafIndex: number): Uint8Array | undefined {
  if (path === undefined) return undefined;
  const node = ancestor(leafIndex, commonLevel(leafIndex, committer));
  return path.nodes.find((entry) => entry.node === node)?.pathSecret;
}
