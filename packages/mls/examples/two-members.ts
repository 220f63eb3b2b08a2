/** Founding a group, adding someone, talking, committing: the code of the README, run by a test. */

import {
  basicCredential,
  createCommit,
  createGroup,
  type Environment,
  encryptApplication,
  generateKeyPackage,
  joinGroup,
  mergeCommit,
  ProposalType,
  processMessage,
} from '@sotto/mls';
import { nodeProvider } from '@sotto/mls/node';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function twoMembers(): Promise<string> {
  // #region environment
  const env: Environment = {
    provider: nodeProvider, // `universalProvider` in browsers
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    now: () => BigInt(Math.floor(Date.now() / 1000)),
    // Whoever uses the engine decides who is who; there is no default that accepts all.
    authentication: {
      authenticate: ({ credential }) => 'identity' in credential && credential.identity.length > 0,
    },
  };
  // #endregion

  // #region found
  const suite = env.provider.suite(0xf042);
  if (suite === undefined) throw new Error('the hybrid suite is missing');
  const lifetime = { notBefore: env.now() - 60n, notAfter: env.now() + 90n * 86_400n };
  const alice = {
    credential: basicCredential(bytes('alice')),
    signatureKeyPair: await suite.generateSignatureKeyPair(env.random),
  };
  const bob = {
    credential: basicCredential(bytes('bob')),
    signatureKeyPair: await suite.generateSignatureKeyPair(env.random),
  };
  const founded = await createGroup(env, { ...alice, groupId: env.random(16), lifetime });
  // #endregion

  // #region add
  const bundle = await generateKeyPackage(env, { ...bob, lifetime });
  const added = await createCommit(env, founded, {
    proposals: [{ proposalType: ProposalType.add, keyPackage: bundle.keyPackage }],
  });
  // Send `added.commit` to the group; once the server has accepted it, send the Welcome and merge.
  if (added.welcome === undefined) throw new Error('somebody was added');
  const alicesGroup = mergeCommit(env, added.state, added.staged);
  const bobsGroup = await joinGroup(env, { welcome: added.welcome, keyPackage: bundle });
  // #endregion

  // #region talk
  const sent = await encryptApplication(env, alicesGroup, bytes('hello bob'), { paddedLength: 512 });
  // Store `sent.state` first: it no longer holds the key of the message. Then let `sent.bytes` leave.
  const received = await processMessage(env, bobsGroup, sent.bytes);
  if (received.kind !== 'application') throw new Error('a message was sent');
  // #endregion
  return new TextDecoder().decode(received.data);
}
