/** The passive client: joins by Welcome and follows the commits of others. */
import { equalBytes } from '../src/bytes.ts';
import type { CryptoProvider } from '../src/crypto/provider.ts';
import type { Environment } from '../src/group/environment.ts';
import { joinGroup } from '../src/group/join.ts';
import { mergeCommit } from '../src/group/merge-commit.ts';
import { processMessage } from '../src/group/process.ts';
import type { GroupState } from '../src/group/state.ts';
import { epochAuthenticator } from '../src/group/views.ts';
import { decodeMessage } from '../src/messages/mls-message.ts';
import { expectBytes, expectDefined, expectTrue, type Fields, hex } from './fields.ts';

function environment(vector: Fields, provider: CryptoProvider): Environment {
  const psks = vector.objects('external_psks');
  return {
    provider,
    // The vectors' credentials are arbitrary and their lifetimes long past: neither is what they test.
    authentication: { authenticate: () => true },
    now: () => 0n,
    ignoreLifetimes: true,
    random: () => {
      throw new Error('a passive client draws no randomness');
    },
    psks: (id) =>
      id.pskType === 1
        ? psks.find((psk) => equalBytes(psk.bytes('psk_id'), id.pskId))?.bytes('psk')
        : undefined,
  };
}

export async function passiveClientVector(vector: Fields, provider: CryptoProvider): Promise<void> {
  const env = environment(vector, provider);
  const message = decodeMessage(vector.bytes('key_package'));
  const keyPackage = message?.wireFormat === 5 ? message.keyPackage : undefined;
  const tree = vector.optionalBytes('ratchet_tree');
  let state: GroupState = await joinGroup(env, {
    welcome: vector.bytes('welcome'),
    keyPackage: {
      keyPackage: expectDefined('key_package', keyPackage),
      initPrivateKey: vector.bytes('init_priv'),
      encryptionPrivateKey: vector.bytes('encryption_priv'),
      signaturePrivateKey: vector.bytes('signature_priv'),
    },
    ...(tree === undefined ? {} : { ratchetTree: tree }),
  });
  expectBytes('initial', epochAuthenticator(state), vector.bytes('initial_epoch_authenticator'));
  for (const epoch of vector.objects('epochs')) {
    for (const proposal of epoch.list('proposals')) {
      const received = await processMessage(env, state, hex(proposal));
      expectTrue('a proposal', received.kind === 'proposal');
      state = received.state;
    }
    const received = await processMessage(env, state, epoch.bytes('commit'));
    if (received.kind !== 'commit') throw new TypeError('not a commit');
    state = mergeCommit(env, received.state, received.staged);
    expectBytes('epoch', epochAuthenticator(state), epoch.bytes('epoch_authenticator'));
  }
}
