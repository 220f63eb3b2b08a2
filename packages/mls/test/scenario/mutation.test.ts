/** Every byte of every kind of message changed, cut and lengthened: a typed error and the same state, always. */
import { describe, expect, test } from 'vitest';
import {
  createCommit,
  createProposal,
  decodeMessage,
  encode,
  encodeMessage,
  encodeState,
  encryptApplication,
  exportGroupInfo,
  externalSendersCodec,
  joinByExternalCommit,
  joinGroup,
  MlsError,
  ProposalType,
  processMessage,
  proposeFromOutside,
  proposeUpdate,
  verifyKeyPackage,
} from '../../src/index.ts';
import { at, group, keyPackageFor, person, pick, seededRandom, utf8 } from '../kit/seeded.ts';

interface Sample {
  readonly bytes: Uint8Array;
  readonly receive: (bytes: Uint8Array) => Promise<unknown>;
}

const KINDS = [
  'public commit',
  'private commit',
  'external commit',
  'public proposal',
  'private proposal',
  'update',
  "external sender's proposal",
  "newcomer's proposal",
  'private letter',
  'welcome',
  'group info',
  'key package',
] as const;

async function samples(): Promise<{
  readonly stored: () => Uint8Array;
  readonly all: Record<(typeof KINDS)[number], Sample>;
}> {
  const [outside, newcomer] = [await person('outside'), await person('newcomer')];
  const listed = {
    credential: outside.identity.credential,
    signatureKey: outside.identity.signatureKeyPair.publicKey,
  };
  const senders = { extensionType: 5, extensionData: encode(externalSendersCodec, [listed]) };
  const everyone = await group(3, 1, { extensions: [senders] });
  const [sender, receiver] = [at(everyone.people, 0), at(everyone.people, 1)];
  const [state, receiving] = [at(everyone.states, 0), at(everyone.states, 1)];
  const bundle = await keyPackageFor(newcomer);
  const { keyPackage } = bundle;
  const add = { proposalType: ProposalType.add, keyPackage } as const;
  const remove = { proposalType: ProposalType.remove, removed: 2 } as const;
  const { env } = sender;
  const hidden = { format: 'private' } as const;
  const commit = await createCommit(env, state, { proposals: [add], forcePath: true });
  const groupInfo = await exportGroupInfo(env, state);
  const joined = await joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo });
  const propose = async (who: typeof outside, proposal: typeof add | typeof remove): Promise<Uint8Array> => {
    const { signatureKeyPair } = who.identity;
    return (await proposeFromOutside(who.env, state.group, { proposal, signatureKeyPair })).bytes;
  };
  const letter = await encryptApplication(env, state, utf8('hello'), { paddedLength: 120 });
  const sent = (bytes: Uint8Array): Sample => ({
    bytes,
    receive: (changed) => processMessage(receiver.env, receiving, changed),
  });
  return {
    stored: () => encodeState(receiving),
    all: {
      'public commit': sent(commit.commit),
      'private commit': sent((await createCommit(env, state, { proposals: [add], ...hidden })).commit),
      'external commit': sent(joined.commit),
      'public proposal': sent((await createProposal(env, state, add)).bytes),
      'private proposal': sent((await createProposal(env, state, add, hidden)).bytes),
      update: sent((await proposeUpdate(env, state)).bytes),
      "external sender's proposal": sent(await propose(outside, remove)),
      "newcomer's proposal": sent(await propose(newcomer, add)),
      'private letter': sent(letter.bytes),
      welcome: {
        bytes: commit.welcome ?? utf8(''),
        receive: (welcome) => joinGroup(newcomer.env, { welcome, keyPackage: bundle }),
      },
      'group info': {
        bytes: groupInfo,
        receive: (bytes) => joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo: bytes }),
      },
      'key package': {
        bytes: encodeMessage({ wireFormat: 5, keyPackage }),
        receive: async (bytes) => {
          const message = decodeMessage(bytes);
          if (message === undefined) throw new MlsError('malformed');
          if (message.wireFormat !== 5) throw new MlsError('invalid-argument');
          await verifyKeyPackage(receiver.env, message.keyPackage);
        },
      },
    },
  };
}

describe.each(KINDS)('%s', (kind) => {
  test('changed anywhere, it is refused with a code and changes nothing', { timeout: 120_000 }, async () => {
    const { stored, all } = await samples();
    const { bytes, receive } = all[kind];
    const before = stored();
    // The positive control: unchanged, it is accepted.
    await receive(bytes);
    const random = seededRandom(kind);
    for (const [place, byte] of bytes.entries()) {
      const changed = bytes.slice();
      changed[place] = byte ^ (1 + pick(random, 255));
      await expect(receive(changed)).rejects.toBeInstanceOf(MlsError);
      const decoded = decodeMessage(changed);
      if (decoded !== undefined) expect(encodeMessage(decoded)).toEqual(changed);
      const cut = bytes.subarray(0, place);
      await expect(receive(cut)).rejects.toMatchObject({ code: 'malformed' });
    }
    await expect(receive(new Uint8Array([...bytes, 0]))).rejects.toMatchObject({ code: 'malformed' });
    expect(stored()).toEqual(before);
  });
});
