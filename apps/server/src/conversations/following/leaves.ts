/** The leaves of a group as devices, and what the group is for. */
import { type Bytes, copyBytes } from '@sotto/crypto/public';
import type { GroupContext, LeafNode } from '@sotto/mls/public';
import { groupContextIn } from '@sotto/protocol/commit-rules';
import {
  type Credential,
  type DirectAccounts,
  decodeCredential,
  decodeDirectContext,
} from '@sotto/protocol/public';

/** No identity of ours is longer. */
const MOST_IDENTITY = 1_024;

/** The bytes of a basic credential; undefined for another kind. */
export function identityOf({ credential }: Pick<LeafNode, 'credential'>): Bytes | undefined {
  if (!('identity' in credential) || credential.identity.length > MOST_IDENTITY) return undefined;
  return copyBytes(credential.identity);
}

/** Undefined for a leaf that is none of ours. */
export function credentialOf(leaf: Pick<LeafNode, 'credential'>): Credential | undefined {
  const identity = identityOf(leaf);
  return identity === undefined ? undefined : decodeCredential(identity);
}

/** The two accounts of a direct conversation; undefined for any other group. */
export function accountsOf({ extensions }: GroupContext): DirectAccounts | undefined {
  const context = groupContextIn(extensions);
  return context === undefined ? undefined : decodeDirectContext(context);
}
