/** RFC 9420, sections 12.4.3.1 and 12.4.3.2, for who passes them on: each rule broken on its own. */
import { beforeAll, describe, expect, test } from 'vitest';
import { universalPublicProvider } from '../../src/crypto/universal/public-suites.ts';
import { signGroupInfo } from '../../src/group/group-info.ts';
import {
  type ActiveGroup,
  createCommit,
  decodeMessage,
  encodeMessage,
  exportGroupInfo,
  type MlsErrorCode,
  ProposalType,
} from '../../src/index.ts';
import type { GroupInfo } from '../../src/messages/group-info.ts';
import { checkGroupInfo, checkWelcome } from '../../src/public/hand-over.ts';
import { followFromGroupInfo, followMessage, type StagedPublicCommit } from '../../src/public/index.ts';
import { suiteOf } from '../kit/forge.ts';
import { at, type Everyone, group, keyPackageFor, merged, person } from '../kit/seeded.ts';

const env = {
  provider: universalPublicProvider,
  authentication: { authenticate: () => true },
  now: () => 1_000_000_000n,
};

let everyone: Everyone;
let staged: StagedPublicCommit;
let next: ActiveGroup;
let info: Uint8Array;
let welcome: Uint8Array;

async function addTo(state: ActiveGroup, name: string) {
  const { keyPackage } = await keyPackageFor(await person(name));
  return await createCommit(at(everyone.people, 0).env, state, {
    proposals: [{ proposalType: ProposalType.add, keyPackage }],
  });
}

beforeAll(async () => {
  everyone = await group(3);
  const state = at(everyone.states, 0);
  const { env: own } = at(everyone.people, 0);
  const created = await addTo(state, 'newcomer');
  const before = await followFromGroupInfo(env, await exportGroupInfo(own, state));
  const followed = await followMessage(env, before, created.commit);
  if (followed.kind !== 'commit' || created.welcome === undefined) throw new Error('no commit');
  staged = followed.commit;
  welcome = created.welcome;
  next = merged(created);
  info = await exportGroupInfo(own, next);
});

/** The group information as a member with changed wishes would sign it. */
async function resigned(change: (state: ActiveGroup) => ActiveGroup): Promise<Uint8Array> {
  const { env: own } = at(everyone.people, 0);
  const groupInfo = await signGroupInfo(suiteOf(own, next), change(next), { externalPub: true });
  return encodeMessage({ wireFormat: 4, groupInfo });
}

async function altered(change: (value: GroupInfo) => GroupInfo): Promise<Uint8Array> {
  const message = decodeMessage(info);
  if (message?.wireFormat !== 4) throw new Error('no group information');
  return encodeMessage({ wireFormat: 4, groupInfo: change(message.groupInfo) });
}

const withContext = (changes: Partial<ActiveGroup['group']['context']>) =>
  resigned((state) => ({
    ...state,
    group: { ...state.group, context: { ...state.group.context, ...changes } },
  }));

describe('the group information of the new epoch', () => {
  test('is taken with the leaf that signed it', async () => {
    expect(await checkGroupInfo(env, staged.group, info)).toBe(0);
  });

  const REFUSED: readonly (readonly [string, MlsErrorCode, () => Promise<Uint8Array>])[] = [
    ['bytes that are nothing', 'malformed', async () => new Uint8Array(9)],
    ['another kind of message', 'invalid-argument', async () => welcome],
    ['another group', 'wrong-group', () => withContext({ groupId: new Uint8Array(16) })],
    [
      'the epoch before',
      'wrong-epoch',
      () => exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0)),
    ],
    [
      'another transcript',
      'group-info-mismatch',
      () => withContext({ confirmedTranscriptHash: new Uint8Array(32) }),
    ],
    ['another tree hash', 'group-info-mismatch', () => withContext({ treeHash: new Uint8Array(32) })],
    [
      'other extensions',
      'group-info-mismatch',
      () => withContext({ extensions: [{ extensionType: 0xf000, extensionData: new Uint8Array() }] }),
    ],
    [
      'another confirmation tag',
      'group-info-mismatch',
      () =>
        resigned((state) => ({ ...state, group: { ...state.group, confirmationTag: new Uint8Array(32) } })),
    ],
    [
      'the tree of the epoch before',
      'tree-hash-mismatch',
      () =>
        resigned((state) => ({
          ...state,
          group: { ...state.group, tree: at(everyone.states, 0).group.tree },
        })),
    ],
    [
      'no tree',
      'tree-missing',
      () => altered((value) => ({ ...value, extensions: value.extensions.slice(1) })),
    ],
    [
      'no external key',
      'external-pub-missing',
      () => altered((value) => ({ ...value, extensions: value.extensions.slice(0, 1) })),
    ],
    [
      'a weak external key',
      'weak-encryption-key',
      () =>
        altered((value) => ({
          ...value,
          extensions: [
            ...value.extensions.slice(0, 1),
            { extensionType: 4, extensionData: Uint8Array.of(32, ...new Uint8Array(32)) },
          ],
        })),
    ],
    ['the signature of another', 'group-info-signature', () => altered((value) => ({ ...value, signer: 1 }))],
    ['a signer who is not there', 'unknown-sender', () => altered((value) => ({ ...value, signer: 9 }))],
  ];
  test.each(REFUSED)('is refused with %s (%s)', async (_title, code, make) => {
    await expect(checkGroupInfo(env, staged.group, await make())).rejects.toMatchObject({ code });
  });
});

describe('the welcome', () => {
  test('for those who were added is taken', () => {
    expect(() => checkWelcome(env, staged, welcome)).not.toThrow();
  });

  test('for a stranger, or for nobody, is refused', async () => {
    const other = await addTo(at(everyone.states, 0), 'stranger');
    const message = decodeMessage(welcome);
    if (message?.wireFormat !== 3 || other.welcome === undefined) throw new Error('no welcome');
    const changed = (secrets: typeof message.welcome.secrets, cipherSuite = 1) =>
      encodeMessage({ wireFormat: 3, welcome: { ...message.welcome, secrets, cipherSuite } });
    const { secrets } = message.welcome;
    const refused = [
      [other.welcome, 'welcome-mismatch'],
      [changed([]), 'welcome-mismatch'],
      [changed([...secrets, ...secrets]), 'welcome-mismatch'],
      [changed(secrets, 2), 'welcome-suite'],
      [info, 'invalid-argument'],
      [new Uint8Array(3), 'malformed'],
    ] as const;
    for (const [bytes, code] of refused) {
      expect(() => checkWelcome(env, staged, bytes)).toThrow(expect.objectContaining({ code }));
    }
  });
});
