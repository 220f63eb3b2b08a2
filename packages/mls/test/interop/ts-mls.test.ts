/** Both ways with `ts-mls` 1.6.4: what one sends, the other reads, and both derive the same. */
import { describe, expect, test } from 'vitest';
import { buildProvider } from '../../src/crypto/build-suite.ts';
import { nodePrimitives } from '../../src/crypto/node/index.ts';
import {
  type ActiveGroup,
  createCommit,
  decodeMessage,
  encodeMessage,
  encryptApplication,
  epochAuthenticator,
  exportGroupInfo,
  exportSecret,
  joinByExternalCommit,
  joinGroup,
  type KeyPackage,
  type Proposal,
  ProposalType,
  processMessage,
  proposeUpdate,
  SUITES,
} from '../../src/index.ts';
import {
  groupOf,
  keyPackageFor,
  merged,
  type Person,
  person,
  receiveCommit,
  text,
  utf8,
} from '../kit/seeded.ts';
import { TsMlsPeer } from '../kit/ts-mls-peer.ts';

/** ts-mls's own hybrid suite: the same KEM with X-Wing's key derivation, under its own identifier. */
const XWING_SUITE = 83;
const provider = buildProvider(nodePrimitives, [
  ...SUITES,
  { id: XWING_SUITE, name: 'X-Wing', kem: 'xwing', aead: 'aes256gcm', hash: 'sha512', signature: 'ed25519' },
]);

const SUITE_NAMES = [
  [1, 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'],
  [2, 'MLS_128_DHKEMP256_AES128GCM_SHA256_P256'],
  [3, 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519'],
  [XWING_SUITE, 'MLS_256_XWING_AES256GCM_SHA512_Ed25519'],
] as const;

function keyPackageOf(bytes: Uint8Array): KeyPackage {
  const message = decodeMessage(bytes);
  if (message?.wireFormat !== 5) throw new Error('not a key package');
  return message.keyPackage;
}

async function agree({ env }: Person, state: ActiveGroup, peers: readonly TsMlsPeer[]): Promise<void> {
  for (const peer of peers) {
    expect(epochAuthenticator(state)).toEqual(peer.epochAuthenticator);
    const exported = await peer.export('interop', utf8('context'), 42);
    expect(exportSecret(env, state, 'interop', utf8('context'), 42)).toEqual(exported);
  }
}

async function talk(us: Person, state: ActiveGroup, peer: TsMlsPeer): Promise<ActiveGroup> {
  const sent = await encryptApplication(us.env, state, utf8('from us'), { paddedLength: 200 });
  expect(text((await peer.process(sent.bytes)) ?? utf8(''))).toBe('from us');
  const received = await processMessage(us.env, sent.state, await peer.send(utf8('from them')));
  if (received.kind !== 'application' || received.state.status !== 'active') throw new Error('no message');
  expect(text(received.data)).toBe('from them');
  return received.state;
}

async function follow(us: Person, state: ActiveGroup, commit: Uint8Array): Promise<ActiveGroup> {
  return merged(await receiveCommit(us, state, commit), us.env);
}

describe.each(SUITE_NAMES)('suite %i', (suite, name) => {
  async function pair(): Promise<{ readonly us: Person; readonly peer: TsMlsPeer }> {
    return { us: await person('us', suite, { provider }), peer: await TsMlsPeer.create('peer', name) };
  }

  test('we found the group; they join, commit, update, remove', async () => {
    const { us, peer } = await pair();
    const third = await TsMlsPeer.create('third', name);
    let state = await groupOf(us, suite);
    const adds = [peer, third].map((other): Proposal => {
      return { proposalType: ProposalType.add, keyPackage: keyPackageOf(other.keyPackageMessage) };
    });
    const added = await createCommit(us.env, state, { proposals: adds, forcePath: true });
    state = merged(added, us.env);
    await peer.join(added.welcome ?? utf8(''));
    await third.join(added.welcome ?? utf8(''));
    await agree(us, state, [peer, third]);
    state = await talk(us, state, peer);

    const theirs = await peer.commit([]);
    state = await follow(us, state, theirs.commit);
    await third.process(theirs.commit);
    await agree(us, state, [peer, third]);

    const ours = await createCommit(us.env, state, { format: 'private' });
    await peer.process(ours.commit);
    await third.process(ours.commit);
    state = merged(ours, us.env);
    await agree(us, state, [peer, third]);

    const update = await proposeUpdate(us.env, state);
    await peer.process(update.bytes);
    await third.process(update.bytes);
    const withUpdate = await peer.commit([]);
    state = await follow(us, update.state, withUpdate.commit);
    await third.process(withUpdate.commit);
    await agree(us, state, [peer, third]);

    const removal = await createCommit(us.env, state, {
      proposals: [{ proposalType: ProposalType.remove, removed: 2 }],
    });
    await peer.process(removal.commit);
    state = merged(removal, us.env);
    await agree(us, state, [peer]);
    await talk(us, state, peer);
  });

  test('they found the group; we join, commit, propose, and a third of them is added and removed', async () => {
    const { us, peer } = await pair();
    const third = await TsMlsPeer.create('third', name);
    await peer.found(utf8('their group'));
    const bundle = await keyPackageFor(us, suite);
    const message = encodeMessage({ wireFormat: 5, keyPackage: bundle.keyPackage });
    const added = await peer.commit([peer.addOf(message)]);
    let state = await joinGroup(us.env, { welcome: added.welcome ?? utf8(''), keyPackage: bundle });
    await agree(us, state, [peer]);
    state = await talk(us, state, peer);

    const proposal = await peer.propose(peer.addOf(third.keyPackageMessage));
    const received = await processMessage(us.env, state, proposal);
    if (received.kind !== 'proposal') throw new Error('not a proposal');
    const ours = await createCommit(us.env, received.state);
    await peer.process(ours.commit);
    await third.join(ours.welcome ?? utf8(''));
    state = merged(ours, us.env);
    await agree(us, state, [peer, third]);

    const removal = await peer.commit([{ proposalType: 'remove', remove: { removed: 2 } }], false);
    state = await follow(us, state, removal.commit);
    await agree(us, state, [peer]);
    await talk(us, state, peer);
  });

  test('external commits work both ways', async () => {
    const { us, peer } = await pair();
    let state = await groupOf(us, suite);
    // ts-mls expects the bare key, without the length that the standard puts before it.
    const keyPair = await provider.suite(suite)?.kem.deriveKeyPair(state.secrets.externalSecret);
    const extensions = [{ extensionType: 4, extensionData: keyPair?.publicKey ?? utf8('') }];
    const info = await exportGroupInfo(us.env, state, { extensions });
    const theirCommit = await peer.joinExternally(info);
    state = await follow(us, state, theirCommit);
    await agree(us, state, [peer]);
    state = await talk(us, state, peer);

    const second = await person('second of us', suite, { provider });
    const joined = await joinByExternalCommit(second.env, {
      ...second.identity,
      groupInfo: await peer.groupInfo(),
    });
    await peer.process(joined.commit);
    state = await follow(us, state, joined.commit);
    await agree(us, state, [peer]);
    await agree(second, joined.staged.state, [peer]);
  });
});
