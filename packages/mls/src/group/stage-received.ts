/** The secret half of processing a commit (RFC 9420, section 12.4.2), after everything public was checked. */
import { EMPTY, equalBytes, utf8 } from '../bytes.ts';
import { hpkeReceiveExport } from '../crypto/hpke.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { check, fail } from '../errors.ts';
import type { AuthenticatedContent } from '../messages/authenticated-content.ts';
import { type StagedPublicCommit, stagePublicCommit } from '../public/stage-commit.ts';
import { confirmationTag } from '../schedule/confirmation.ts';
import { deriveJoinerSecret, startEpoch } from '../schedule/key-schedule.ts';
import { nextEpoch } from './enter-epoch.ts';
import type { Environment } from './environment.ts';
import { nextPathKeys } from './path-keys.ts';
import { openPath } from './path-secrets.ts';
import { pskSecretFor } from './psks.ts';
import { type StagedCommit, summarizeCommit } from './staged-commit.ts';
import type { ActiveGroup, PathKeys } from './state.ts';

/** The exporter context of an external init. */
export const EXTERNAL_INIT: Uint8Array = utf8('MLS 1.0 external init secret');

export async function stageReceivedCommit(
  env: Environment,
  suite: CipherSuite,
  state: ActiveGroup,
  message: AuthenticatedContent,
): Promise<StagedCommit> {
  const staged = await stagePublicCommit(env, suite, state.group, message);
  const summary = summarizeCommit(staged, message.content.authenticatedData);
  const { group, applied } = staged;
  if (applied.removed.some(({ leafIndex }) => leafIndex === state.ownLeaf)) {
    const follows = state.group.confirmationTag;
    const next = { status: 'staged removal', follows, group, ownLeaf: state.ownLeaf } as const;
    return { ...summary, selfRemoved: true, next };
  }
  const own = ownUpdate(state, staged);
  const opened =
    staged.path === undefined
      ? { nodes: [], commitSecret: new Uint8Array(suite.hashLength) }
      : await openPath(
          suite,
          staged.path,
          staged.steps,
          { own: state.ownLeaf, committer: staged.committer.leafIndex },
          own.pathKeys,
          staged.provisionalContext,
        );
  const initSecret = await initSecretOf(suite, state, applied.externalInit);
  const joinerSecret = deriveJoinerSecret(suite, initSecret, opened.commitSecret, group.context);
  const pskSecret = await pskSecretFor(env, suite, applied.psks, state);
  const start = startEpoch(suite, joinerSecret, pskSecret, group.context);
  const expected = confirmationTag(suite, start.confirmationKey, group.context.confirmedTranscriptHash);
  check(equalBytes(expected, group.confirmationTag), 'bad-confirmation-tag');
  const pathKeys = nextPathKeys(state.group.tree, group.tree, state.ownLeaf, own.pathKeys, opened.nodes);
  const keys = { ownLeaf: state.ownLeaf, signaturePrivateKey: own.signaturePrivateKey, pathKeys };
  return { ...summary, selfRemoved: false, next: nextEpoch(state.group, group, start, keys) };
}

/** The private keys after an own Update that this commit applies. */
function ownUpdate(
  state: ActiveGroup,
  staged: StagedPublicCommit,
): { readonly pathKeys: PathKeys; readonly signaturePrivateKey: Uint8Array } {
  const { pathKeys, signaturePrivateKey, ownLeaf } = state;
  const update = staged.applied.updated.find(({ leafIndex }) => leafIndex === ownLeaf);
  if (update === undefined) return { pathKeys, signaturePrivateKey };
  const stored = state.group.proposals.find(
    ({ proposal }) => 'leafNode' in proposal && proposal.leafNode === update.after,
  );
  const pending =
    stored && state.pendingUpdates.find(({ reference }) => equalBytes(reference, stored.reference));
  if (pending === undefined) return fail('proposal-unknown');
  return {
    pathKeys: new Map(pathKeys).set(2 * ownLeaf, pending.encryptionPrivateKey),
    signaturePrivateKey: pending.signaturePrivateKey,
  };
}

/** The init secret of this epoch, or the one that an external commit brings (section 8.3). */
async function initSecretOf(
  suite: CipherSuite,
  state: ActiveGroup,
  externalInit: Uint8Array | undefined,
): Promise<Uint8Array> {
  if (externalInit === undefined) return state.secrets.initSecret;
  const keyPair = await suite.kem.deriveKeyPair(state.secrets.externalSecret);
  const secret = await hpkeReceiveExport(
    suite,
    keyPair,
    externalInit,
    EMPTY,
    EXTERNAL_INIT,
    suite.hashLength,
  );
  return secret ?? fail('crypto-failure');
}
