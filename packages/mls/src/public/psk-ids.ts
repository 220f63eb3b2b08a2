/** The rules for identifiers of pre-shared keys, in a commit or in a Welcome (RFC 9420, sections 8.4, 12.2, 12.4.3.1). */
import { toHex } from '../bytes.ts';
import { encode } from '../codec/codec.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { check } from '../errors.ts';
import {
  type PreSharedKeyId,
  PskType,
  preSharedKeyIdCodec,
  ResumptionPskUsage,
} from '../messages/pre-shared-key-id.ts';

/** `initial`: where a group begins that continues another (sections 11.2 and 11.3). */
export function checkPskId(suite: PublicSuite, id: PreSharedKeyId, initial: boolean): void {
  check(id.pskNonce.length === suite.hashLength, 'psk-nonce-length');
  check(initial || !isSuccession(id), 'psk-usage');
}

/** What the identifiers must be together: all different, and at most one that ties the group to a former one. */
export function checkPskList(ids: readonly PreSharedKeyId[]): void {
  const seen = new Set(ids.map((id) => toHex(encode(preSharedKeyIdCodec, id))));
  check(seen.size === ids.length, 'duplicate-psk');
  check(ids.filter(isSuccession).length <= 1, 'psk-not-alone');
}

/** Whether it is of a group that this one branches from or replaces. */
function isSuccession(id: PreSharedKeyId): boolean {
  return id.pskType === PskType.resumption && id.usage !== ResumptionPskUsage.application;
}
