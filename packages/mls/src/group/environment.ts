/** What the engine takes from outside besides what its public half does. */
import type { Awaitable, CipherSuite, CryptoProvider, Random } from '../crypto/provider.ts';
import { fail } from '../errors.ts';
import type { PreSharedKeyId } from '../messages/pre-shared-key-id.ts';
import type { PublicEnvironment } from '../public/environment.ts';
import { DEFAULT_RETENTION, type Retention } from '../secrets/retention.ts';

export interface Environment extends PublicEnvironment {
  readonly provider: CryptoProvider;
  readonly random: Random;
  readonly retention?: Partial<Retention>;
  /** Pre-shared keys from outside this group; `undefined` for one that is not known. */
  readonly psks?: (id: PreSharedKeyId) => Awaitable<Uint8Array | undefined>;
}

export function cipherSuite(env: Environment, id: number): CipherSuite {
  return env.provider.suite(id) ?? fail('unsupported-suite');
}

export function retentionOf(env: Environment): Retention {
  return { ...DEFAULT_RETENTION, ...env.retention };
}
