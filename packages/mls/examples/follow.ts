/** A server that refuses invalid handshakes: the code of the README, run by a test. */
import {
  followFromGroupInfo,
  followMessage,
  MlsError,
  type PublicEnvironment,
  type PublicGroup,
  universalPublicProvider,
} from '@sotto/mls/public';

// #region follow
const env: PublicEnvironment = {
  provider: universalPublicProvider,
  authentication: { authenticate: ({ signatureKey }) => signatureKey.length > 0 },
  now: () => BigInt(Math.floor(Date.now() / 1000)),
};

export function begin(groupInfo: Uint8Array): Promise<PublicGroup> {
  return followFromGroupInfo(env, groupInfo);
}

/** The group after the message, or the code of what is wrong with it. */
export async function accept(group: PublicGroup, message: Uint8Array): Promise<PublicGroup | string> {
  try {
    return (await followMessage(env, group, message)).group;
  } catch (error) {
    if (error instanceof MlsError) return error.code;
    throw error;
  }
}
// #endregion
