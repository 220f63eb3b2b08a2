/** RFC 9420, sections 7.3, 12.2 and 12.4.3.2: who joins without a Welcome, and what it may be offered. */
import { beforeAll, describe, expect, test } from 'vitest';
import { equalBytes } from '../../src/bytes.ts';
import { encode } from '../../src/codec/codec.ts';
import { signGroupInfo } from '../../src/group/group-info.ts';
import {
  type AuthenticationRequest,
  encodeMessage,
  exportGroupInfo,
  joinByExternalCommit,
  processMessage,
} from '../../src/index.ts';
import { externalPubCodec } from '../../src/messages/external-pub.ts';
import type { Member } from '../../src/tree/cells.ts';
import { withKeyPair } from '../kit/altered.ts';
import { suiteOf } from '../kit/forge.ts';
import {
  at,
  type Everyone,
  group,
  keyPackageFor,
  type Person,
  person,
  receiveCommit,
  utf8,
} from '../kit/seeded.ts';

let everyone: Everyone;
let joiner: Person;

beforeAll(async () => {
  everyone = await group(4);
  joiner = await person('joiner');
});

const info = (): Promise<Uint8Array> => exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0));

describe('who joins by an external commit', () => {
  test('refuses an external key of small order (weak-encryption-key)', async () => {
    const state = at(everyone.states, 0);
    const extensionData = encode(externalPubCodec, { externalPub: new Uint8Array(32) });
    const groupInfo = await signGroupInfo(suiteOf(joiner.env, state), state, {
      extensions: [{ extensionType: 4, extensionData }],
    });
    const bytes = encodeMessage({ wireFormat: 4, groupInfo });
    await expect(
      joinByExternalCommit(joiner.env, { ...joiner.identity, groupInfo: bytes }),
    ).rejects.toMatchObject({ code: 'weak-encryption-key' });
  });

  test('refuses group information with one extension twice (duplicate-extension)', async () => {
    const extensions = [0xf0a0, 0xf0a0].map((extensionType) => ({ extensionType, extensionData: utf8('') }));
    const { env } = at(everyone.people, 0);
    const groupInfo = await exportGroupInfo(env, at(everyone.states, 0), { externalPub: true, extensions });
    await expect(joinByExternalCommit(joiner.env, { ...joiner.identity, groupInfo })).rejects.toMatchObject({
      code: 'duplicate-extension',
    });
  });

  test('does not join those whose credentials it cannot read', async () => {
    const options = { ...joiner.identity, capabilities: { credentials: [2] }, groupInfo: await info() };
    await expect(joinByExternalCommit(joiner.env, options)).rejects.toMatchObject({
      code: 'leaf-credential-unsupported-by-member',
    });
  });

  test('does not take the signature key of a member (duplicate-signature-key)', async () => {
    const { signatureKeyPair } = at(everyone.people, 1).identity;
    const options = { ...joiner.identity, signatureKeyPair, groupInfo: await info() };
    await expect(joinByExternalCommit(joiner.env, options)).rejects.toMatchObject({
      code: 'duplicate-signature-key',
    });
    // Control: it is free once the leaf that has it goes.
    const isFormerLeaf = ({ leafIndex }: Member) => leafIndex === 1;
    const joined = await joinByExternalCommit(joiner.env, { ...options, isFormerLeaf });
    expect(joined.staged.removed).toHaveLength(1);
  });

  test('asks whether its own leaf may take the place of the former one (not-authorized)', async () => {
    const { signatureKey } = at([...at(everyone.states, 0).group.tree.members()], 2).leaf;
    const own = joiner.identity.signatureKeyPair.publicKey;
    const authentication = {
      authenticate: ({ signatureKey: key, previous }: AuthenticationRequest) =>
        !(equalBytes(key, own) && previous !== undefined && equalBytes(previous.signatureKey, signatureKey)),
    };
    const env = { ...joiner.env, authentication };
    const options = { ...joiner.identity, groupInfo: await info() };
    const isFormerLeaf = ({ leafIndex }: Member) => leafIndex === 2;
    await expect(joinByExternalCommit(env, { ...options, isFormerLeaf })).rejects.toMatchObject({
      code: 'not-authorized',
    });
    expect((await joinByExternalCommit(env, options)).staged.removed).toEqual([]);
  });

  test('refuses what is no group information', async () => {
    const { keyPackage } = await keyPackageFor(joiner);
    const message = encodeMessage({ wireFormat: 5, keyPackage });
    for (const [code, groupInfo] of [
      ['malformed', utf8('junk')],
      ['invalid-argument', message],
    ] as const) {
      await expect(joinByExternalCommit(joiner.env, { ...joiner.identity, groupInfo })).rejects.toMatchObject(
        { code },
      );
    }
  });
});

describe('who comes back in place of its former leaf', () => {
  /** The commit of member 3, whose new leaf gets this encryption key pair, if any. */
  async function back(publicKey?: Uint8Array): Promise<Uint8Array> {
    const { env, identity } = at(everyone.people, 3);
    const provider = publicKey && withKeyPair(2, (pair) => ({ ...pair, publicKey }));
    const isFormerLeaf = ({ leafIndex }: Member) => leafIndex === 3;
    const joined = await joinByExternalCommit(
      { ...env, ...(provider && { provider }) },
      { ...identity, groupInfo: await info(), isFormerLeaf },
    );
    return joined.commit;
  }

  test('does not keep the encryption key of that leaf (update-key-unchanged)', async () => {
    const { env } = at(everyone.people, 0);
    const state = at(everyone.states, 0);
    const { encryptionKey } = at([...state.group.tree.members()], 3).leaf;
    await expect(processMessage(env, state, await back(encryptionKey))).rejects.toMatchObject({
      code: 'update-key-unchanged',
    });
    expect((await receiveCommit(at(everyone.people, 0), state, await back())).kind).toBe('commit');
  });
});
