/** Every byte of every kind of message changed, cut and lengthened: a typed error and the same state, always. */
import { describe, expect, test } from 'vitest';
import {
  createCommit,
  createProposal,
  decodeMessage,
  encodeMessage,
  encodeState,
  encryptApplication,
  exportGroupInfo,
  joinByExternalCommit,
  joinGroup,
  MlsError,
  ProposalType,
  processMessage,
} from '../../src/index.ts';
import { at, group, keyPackageFor, person, pick, seededRandom, utf8 } from '../kit/seeded.ts';

async function samples(): Promise<{
  readonly state: Parameters<typeof processMessage>[1];
  readonly env: Parameters<typeof processMessage>[0];
  readonly messages: Readonly<Record<string, Uint8Array>>;
  readonly join: (bytes: Uint8Array) => Promise<unknown>;
  readonly external: (bytes: Uint8Array) => Promise<unknown>;
}> {
  const everyone = await group(3);
  const [sender, receiver] = [at(everyone.people, 0), at(everyone.people, 1)];
  const state = at(everyone.states, 0);
  const newcomer = await person('newcomer');
  const bundle = await keyPackageFor(newcomer);
  const add = { proposalType: ProposalType.add, keyPackage: bundle.keyPackage } as const;
  const commit = await createCommit(sender.env, state, { proposals: [add], forcePath: true });
  const hidden = await createCommit(sender.env, state, { proposals: [add], format: 'private' });
  const proposal = await createProposal(sender.env, state, add);
  const letter = await encryptApplication(sender.env, state, utf8('hello'), { paddedLength: 120 });
  const groupInfo = await exportGroupInfo(sender.env, state);
  return {
    env: receiver.env,
    state: at(everyone.states, 1),
    messages: {
      'public commit': commit.commit,
      'private commit': hidden.commit,
      'public proposal': proposal.bytes,
      'private letter': letter.bytes,
      welcome: commit.welcome ?? utf8(''),
      'group info': groupInfo,
    },
    join: (welcome) => joinGroup(newcomer.env, { welcome, keyPackage: bundle }),
    external: (bytes) => joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo: bytes }),
  };
}

describe.each([
  'public commit',
  'private commit',
  'public proposal',
  'private letter',
  'welcome',
  'group info',
])('%s', (kind) => {
  test('changed anywhere, it is refused with a code and changes nothing', { timeout: 120_000 }, async () => {
    const { env, state, messages, join, external } = await samples();
    const bytes = messages[kind] ?? utf8('');
    const before = encodeState(state);
    const attempt = (changed: Uint8Array): Promise<unknown> => {
      if (kind === 'welcome') return join(changed);
      return kind === 'group info' ? external(changed) : processMessage(env, state, changed);
    };
    // The positive control: unchanged, it is accepted.
    await attempt(bytes);
    const random = seededRandom(kind);
    const step = Math.max(1, Math.floor(bytes.length / 250));
    for (let place = 0; place < bytes.length; place += step) {
      const changed = bytes.slice();
      changed[place] = (changed[place] ?? 0) ^ (1 + pick(random, 255));
      await expect(attempt(changed)).rejects.toBeInstanceOf(MlsError);
      const decoded = decodeMessage(changed);
      if (decoded !== undefined) expect(encodeMessage(decoded)).toEqual(changed);
    }
    for (let length = 0; length < bytes.length; length += step) {
      await expect(attempt(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'malformed' });
    }
    await expect(attempt(new Uint8Array([...bytes, 0]))).rejects.toMatchObject({ code: 'malformed' });
    expect(encodeState(state)).toEqual(before);
  });
});
