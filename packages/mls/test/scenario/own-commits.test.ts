/** Own commits that wait for an answer, who invited, and key packages that are judged before they are proposed. */
import { describe, expect, test } from 'vitest';
import {
  createCommit,
  encryptApplication,
  joinGroupByInviter,
  mergeCommit,
  ProposalType,
  processMessage,
  verifyKeyPackage,
} from '../../src/index.ts';
import { flipLast, resignKeyPackage } from '../kit/forge.ts';
import { at, group, groupOf, keyPackageFor, merged, person, text, utf8 } from '../kit/seeded.ts';

describe('an own commit that waits', () => {
  test('is merged into what was read and sent meanwhile', async () => {
    const { people, states } = await group(2);
    const [alice, bob] = [at(people, 0), at(people, 1)];
    const made = await createCommit(alice.env, at(states, 0), { forcePath: true });
    const first = await encryptApplication(bob.env, at(states, 1), utf8('first'));
    const second = await encryptApplication(bob.env, first.state, utf8('second'));
    const read = await processMessage(alice.env, made.state, first.bytes);
    const now = mergeCommit(alice.env, read.state, made.staged);
    expect(now.group.context.epoch).toBe(2n);
    const late = await processMessage(alice.env, now, second.bytes);
    expect(late.kind === 'application' && text(late.data)).toBe('second');
    await expect(processMessage(alice.env, now, first.bytes)).rejects.toMatchObject({
      code: 'generation-consumed',
    });
    // Control: merged into the state of before, there is still the key of what was read.
    const again = await processMessage(alice.env, merged(made), first.bytes);
    expect(again.kind === 'application' && text(again.data)).toBe('first');
  });

  test('is not merged after another commit, nor into another group', async () => {
    const { people, states } = await group(2);
    const [alice, bob] = [at(people, 0), at(people, 1)];
    const made = await createCommit(alice.env, at(states, 0), { forcePath: true });
    const other = await createCommit(bob.env, at(states, 1), { forcePath: true });
    const followed = await processMessage(alice.env, at(states, 0), other.commit);
    if (followed.kind !== 'commit') throw new Error('a commit');
    const later = mergeCommit(alice.env, followed.state, followed.staged);
    expect(() => mergeCommit(alice.env, later, made.staged)).toThrow(
      expect.objectContaining({ code: 'wrong-epoch' }),
    );
    const elsewhere = await groupOf(alice, 1, { groupId: utf8('elsewhere') });
    expect(() => mergeCommit(alice.env, elsewhere, made.staged)).toThrow(
      expect.objectContaining({ code: 'wrong-group' }),
    );
  });
});

test('who joins by a Welcome learns who sent it', async () => {
  const { people, states } = await group(3);
  const dave = await person('dave');
  const keyPackage = await keyPackageFor(dave);
  const made = await createCommit(at(people, 2).env, at(states, 2), {
    proposals: [{ proposalType: ProposalType.add, keyPackage: keyPackage.keyPackage }],
  });
  if (made.welcome === undefined) throw new Error('somebody was added');
  const { state, inviter } = await joinGroupByInviter(dave.env, { welcome: made.welcome, keyPackage });
  expect(inviter.leafIndex).toBe(2);
  expect(inviter.leaf.credential).toEqual(at(people, 2).identity.credential);
  expect(state.ownLeaf).toBe(3);
});

test('a key package is judged by itself: signatures, keys, suite and lifetime', async () => {
  const alice = await person('alice');
  const { keyPackage } = await keyPackageFor(alice);
  await verifyKeyPackage(alice.env, keyPackage);
  const state = await groupOf(alice);
  const { privateKey } = alice.identity.signatureKeyPair;
  const resigned = (changes: Parameters<typeof resignKeyPackage>[4]) =>
    resignKeyPackage(alice.env, state, keyPackage, privateKey, changes);
  const bad = {
    'key-package-signature': { ...keyPackage, signature: flipLast(keyPackage.signature) },
    'key-package-init-key': await resigned({ initKey: keyPackage.leafNode.encryptionKey }),
    'weak-encryption-key': await resigned({ initKey: new Uint8Array(32) }),
    'unsupported-suite': { ...keyPackage, cipherSuite: 0x0053 },
    'leaf-lifetime': (await keyPackageFor(alice, 1, { lifetime: { notBefore: 0n, notAfter: 1n } }))
      .keyPackage,
  } as const;
  for (const [code, one] of Object.entries(bad)) {
    await expect(verifyKeyPackage(alice.env, one)).rejects.toMatchObject({ code });
  }
});
