/** Looking up the pre-shared keys of a commit or Welcome (RFC 9420, section 8.4). */
import { equalBytes } from '../bytes.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { fail } from '../errors.ts';
import { type PreSharedKeyId, PskType } from '../messages/pre-shared-key-id.ts';
import { derivePskSecret, type PskInput } from '../schedule/psk-secret.ts';
import type { Environment } from './environment.ts';
import type { GroupState } from './state.ts';

/** psk_secret for these identifiers; throws `psk-unknown`. */
export async function pskSecretFor(
  env: Environment,
  suite: CipherSuite,
  ids: readonly PreSharedKeyId[],
  state: GroupState | undefined,
): Promise<Uint8Array> {
  const inputs: PskInput[] = [];
  for (const id of ids) {
    const psk = (state && resumptionPsk(state, id)) ?? (await env.psks?.(id)) ?? fail('psk-unknown');
    inputs.push({ id, psk });
  }
  return derivePskSecret(suite, inputs);
}

/** The resumption secret that `id` names, if it is one of this group and still kept. */
export function resumptionPsk(state: GroupState, id: PreSharedKeyId): Uint8Array | undefined {
  if (id.pskType !== PskType.resumption) return undefined;
  const { context } = state.group;
  if (!equalBytes(id.pskGroupId, context.groupId)) return undefined;
  if (state.status === 'active' && id.pskEpoch === context.epoch) return state.secrets.resumptionPsk;
  return state.resumption.find(({ epoch }) => epoch === id.pskEpoch)?.psk;
}
