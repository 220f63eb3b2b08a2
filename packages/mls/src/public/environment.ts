/** What the public half of the engine takes from outside. It reads no clock and does no I/O of its own. */
import type { PublicProvider, PublicSuite } from '../crypto/public-suite.ts';
import { fail } from '../errors.ts';
import type { AuthenticationService } from './authentication.ts';

export interface PublicEnvironment {
  readonly provider: PublicProvider;
  readonly authentication: AuthenticationService;
  /** Seconds since the Unix epoch. */
  readonly now: () => bigint;
  /** The longest acceptable lifetime of a leaf in seconds (RFC 9420, section 7.2); unlimited when absent. */
  readonly maximumLifetime?: bigint;
  /**
   * The most nodes of a ratchet tree that is taken in whole, blank ones counted: a blank one is a byte on the wire, and
   * costs as much as another to hash. Unlimited when absent.
   */
  readonly mostNodes?: number;
  /** For replaying recorded groups: lifetimes are not compared with the clock. */
  readonly ignoreLifetimes?: boolean;
}

export function publicSuite(env: PublicEnvironment, id: number): PublicSuite {
  return env.provider.suite(id) ?? fail('unsupported-suite');
}
