import {
  acceptAll,
  type CiphersuiteName,
  type ClientState,
  createApplicationMessage,
  createCommit,
  createGroup,
  decodeMlsMessage,
  defaultLifetime,
  emptyPskIndex,
  encodeGroupState,
  encodeMlsMessage,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  type KeyPackage,
  type PrivateKeyPackage,
  processMessage,
} from 'ts-mls';
import { type Engine, timed } from './engine.ts';

interface Bundle {
  readonly publicPackage: KeyPackage;
  readonly privatePackage: PrivateKeyPackage;
}

export async function tsMls(suiteName: CiphersuiteName): Promise<Engine> {
  const suite = await getCiphersuiteImpl(getCiphersuiteFromName(suiteName));
  let creator: ClientState;
  let other: ClientState;
  let bundles: readonly Bundle[] = [];

  function packageFor(name: string): Promise<Bundle> {
    const credential = { credentialType: 'basic' as const, identity: new TextEncoder().encode(name) };
    const capabilities = {
      versions: ['mls10' as const],
      ciphersuites: [suiteName],
      extensions: [],
      proposals: [],
      credentials: ['basic' as const],
    };
    return generateKeyPackage(credential, capabilities, defaultLifetime, [], suite);
  }

  async function follow(state: ClientState, bytes: Uint8Array): Promise<ClientState> {
    const message = decodeMlsMessage(bytes, 0)?.[0];
    if (message?.wireformat !== 'mls_public_message' && message?.wireformat !== 'mls_private_message') {
      throw new Error('not a message');
    }
    return (await processMessage(message, state, emptyPskIndex, acceptAll, suite)).newState;
  }

  async function commitBy(state: ClientState): Promise<readonly [ClientState, Uint8Array]> {
    const made = await createCommit({ state, cipherSuite: suite }, { wireAsPublicMessage: true });
    return [made.newState, encodeMlsMessage(made.commit)];
  }

  return {
    async setUp(size) {
      const founder = await packageFor('founder');
      creator = await createGroup(
        new Uint8Array(16),
        founder.publicPackage,
        founder.privatePackage,
        [],
        suite,
      );
      bundles = await Promise.all(Array.from({ length: size - 1 }, (_, i) => packageFor(`member ${i}`)));
      const extraProposals = bundles.map(({ publicPackage }) => ({
        proposalType: 'add' as const,
        add: { keyPackage: publicPackage },
      }));
      const context = { state: creator, cipherSuite: suite };
      const options = { extraProposals, wireAsPublicMessage: true, ratchetTreeExtension: true };
      const [addAll, made] = await timed(() => createCommit(context, options));
      creator = made.newState;
      const last = bundles.at(-1);
      const { welcome } = made;
      if (last === undefined || welcome === undefined) throw new Error('nobody to join');
      const [join, joined] = await timed(() =>
        joinGroup(welcome, last.publicPackage, last.privatePackage, emptyPskIndex, suite),
      );
      other = joined;
      return { addAll, join };
    },
    async populate(commits) {
      const step = Math.max(1, Math.floor((bundles.length - 1) / commits));
      for (let i = 0; i < bundles.length - 1; i += step) {
        const bundle = bundles[i];
        if (bundle === undefined) break;
        const view: ClientState = {
          ...creator,
          privatePath: {
            leafIndex: i + 1,
            privateKeys: { [2 * (i + 1)]: bundle.privatePackage.hpkePrivateKey },
          },
          signaturePrivateKey: bundle.privatePackage.signaturePrivateKey,
        };
        const [, commit] = await commitBy(view);
        creator = await follow(creator, commit);
        other = await follow(other, commit);
      }
    },
    async commit() {
      const [created, [next, commit]] = await timed(() => commitBy(other));
      const [processed, followed] = await timed(() => follow(creator, commit));
      [creator, other] = [followed, next];
      return { created, processed };
    },
    async addOne() {
      const { publicPackage } = await packageFor('one more');
      const extraProposals = [{ proposalType: 'add' as const, add: { keyPackage: publicPackage } }];
      const [took] = await timed(() =>
        createCommit(
          { state: creator, cipherSuite: suite },
          { extraProposals, wireAsPublicMessage: true, ratchetTreeExtension: true },
        ),
      );
      return took;
    },
    async messages(count) {
      const data = new Uint8Array(1024);
      const sent: Uint8Array[] = [];
      const [encrypting] = await timed(async () => {
        for (let i = 0; i < count; i++) {
          const made = await createApplicationMessage(other, data, suite);
          other = made.newState;
          const { privateMessage } = made;
          sent.push(
            encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage }),
          );
        }
      });
      const [decrypting] = await timed(async () => {
        for (const bytes of sent) creator = await follow(creator, bytes);
      });
      return { encrypt: encrypting / count, decrypt: decrypting / count };
    },
    stored: () => encodeGroupState(creator).length,
    journal: async () => undefined,
  };
}
