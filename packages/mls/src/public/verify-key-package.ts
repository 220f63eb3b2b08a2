/** Judging a key package before it is proposed (RFC 9420, section 10.1). */
import { EMPTY } from '../bytes.ts';
import { MLS10 } from '../messages/group-context.ts';
import type { KeyPackage } from '../messages/key-package.ts';
import { type PublicEnvironment, publicSuite } from './environment.ts';
import { NO_DEMANDS } from './group-demands.ts';
import { checkKeyPackage, verifyClaims } from './leaf-validation.ts';

/**
 * Everything that section 10.1 asks for except what depends on a group. Throws the code of what is wrong. Whether
 * the credential is acceptable is not asked.
 */
export async function verifyKeyPackage(env: PublicEnvironment, keyPackage: KeyPackage): Promise<void> {
  const { cipherSuite } = keyPackage;
  const suite = publicSuite(env, cipherSuite);
  const anywhere = { version: MLS10, cipherSuite, groupId: EMPTY };
  const claims = checkKeyPackage(env, suite, keyPackage, anywhere, NO_DEMANDS);
  await verifyClaims(suite, claims);
}
