import { randomBytes } from 'node:crypto';
import {
  type ActiveGroup,
  basicCredential,
  type CommitOptions,
  type CryptoProvider,
  createCommit,
  createGroup,
  decodeState,
  type Environment,
  encodeJournal,
  encodeState,
  encryptApplication,
  type GroupState,
  generateKeyPackage,
  type Identity,
  joinGroup,
  type KeyPackageBundle,
  mergeCommit,
  ProposalType,
  processMessage,
} from '@sotto/mls';
import { type Engine, timed } from './engine.ts';

const LIFETIME = { notBefore: 0n, notAfter: 10_000_000_000n };

function isActive(state: GroupState): ActiveGroup {
  if (state.status !== 'active') throw new Error('removed');
  return state;
}

export function ours(suiteId: number, provider: CryptoProvider): Engine {
  const env: Environment = {
    provider,
    // What a group of strangers costs is measured, not what an authentication service does.
    authentication: { authenticate: () => true },
    now: () => 1_000_000_000n,
    random: (length) => new Uint8Array(randomBytes(length)),
  };
  let creator: ActiveGroup;
  let other: ActiveGroup;
  let welcome: Uint8Array;
  let bundles: readonly KeyPackageBundle[] = [];

  async function identity(name: string): Promise<Identity> {
    const suite = provider.suite(suiteId);
    if (suite === undefined) throw new Error('no such suite');
    const signatureKeyPair = await suite.generateSignatureKeyPair(env.random);
    return { credential: basicCredential(new TextEncoder().encode(name)), signatureKeyPair };
  }

  async function packageFor(name: string): Promise<KeyPackageBundle> {
    return generateKeyPackage(env, { ...(await identity(name)), cipherSuite: suiteId, lifetime: LIFETIME });
  }

  async function follow(state: ActiveGroup, commit: Uint8Array): Promise<ActiveGroup> {
    const received = await processMessage(env, state, commit);
    if (received.kind !== 'commit') throw new Error('not a commit');
    return isActive(mergeCommit(env, received.state, received.staged));
  }

  /** A commit by `state`, followed by all of `others`. */
  async function commitBy(
    state: ActiveGroup,
    options: CommitOptions,
  ): Promise<readonly [ActiveGroup, Uint8Array]> {
    const created = await createCommit(env, state, options);
    return [mergeCommit(env, created.state, created.staged), created.commit];
  }

  return {
    async setUp(size) {
      const founder = await identity('founder');
      const groupId = new Uint8Array(16);
      creator = await createGroup(env, { ...founder, cipherSuite: suiteId, groupId, lifetime: LIFETIME });
      bundles = await Promise.all(Array.from({ length: size - 1 }, (_, i) => packageFor(`member ${i}`)));
      // As from the network: nothing of the making of the key packages is remembered by identity.
      const keyPackages = bundles.map(({ keyPackage }) => structuredClone(keyPackage));
      const proposals = keyPackages.map((keyPackage) => ({ proposalType: ProposalType.add, keyPackage }));
      const [addAll, created] = await timed(() => createCommit(env, creator, { proposals }));
      creator = mergeCommit(env, created.state, created.staged);
      welcome = created.welcome ?? new Uint8Array(0);
      const last = bundles.at(-1);
      if (last === undefined) throw new Error('nobody to join');
      const [join, joined] = await timed(() => joinGroup(env, { welcome, keyPackage: last }));
      other = joined;
      return { addAll, join };
    },
    async populate(commits) {
      const step = Math.max(1, Math.floor((bundles.length - 1) / commits));
      for (let i = 0; i < bundles.length - 1; i += step) {
        const bundle = bundles[i];
        if (bundle === undefined) break;
        // Join by the Welcome of the first epoch only works in that epoch: take the creator's view instead.
        const spread = { ...creator, ownLeaf: i + 1, signaturePrivateKey: bundle.signaturePrivateKey };
        const view = { ...spread, pathKeys: new Map([[2 * (i + 1), bundle.encryptionPrivateKey]]) };
        const [, commit] = await commitBy(view, {});
        creator = await follow(creator, commit);
        other = await follow(other, commit);
      }
      // A stored and restored state: nothing below counts on what memory happens to hold.
      creator = isActive(decodeState(encodeState(creator)));
      await commitBy(creator, {});
    },
    async commit() {
      const [created, [next, commit]] = await timed(() => commitBy(other, {}));
      const [processed, followed] = await timed(() => follow(creator, commit));
      [creator, other] = [followed, next];
      return { created, processed };
    },
    async addOne() {
      const { keyPackage } = await packageFor('one more');
      const [took] = await timed(() =>
        createCommit(env, creator, { proposals: [{ proposalType: ProposalType.add, keyPackage }] }),
      );
      return took;
    },
    async messages(count) {
      const data = new Uint8Array(1024);
      const sent: Uint8Array[] = [];
      const [encrypting] = await timed(async () => {
        for (let i = 0; i < count; i++) {
          const made = await encryptApplication(env, other, data);
          other = made.state;
          sent.push(made.bytes);
        }
      });
      const [decrypting] = await timed(async () => {
        for (const bytes of sent) {
          const received = await processMessage(env, creator, bytes);
          creator = isActive(received.state);
        }
      });
      return { encrypt: encrypting / count, decrypt: decrypting / count };
    },
    stored: () => encodeState(creator).length,
    async journal() {
      const made = await encryptApplication(env, creator, new Uint8Array(1024));
      return encodeJournal(creator, made.state).length;
    },
  };
}
