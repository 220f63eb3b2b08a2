/** RFC 9420, sections 6.3 and 9.1: private messages of an insider, who knows the keys of every leaf. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type ActiveGroup,
  encryptApplication,
  exportGroupInfo,
  type MlsErrorCode,
  ProposalType,
  processMessage,
} from '../../src/index.ts';
import type { Content } from '../../src/messages/framed-content.ts';
import { leafRatchets, type SecretTree, withLeafRatchets } from '../../src/secrets/secret-tree.ts';
import { withPlaintext } from '../kit/altered.ts';
import { flipLast, forgePrivate, suiteOf } from '../kit/forge.ts';
import { at, commitAll, type Everyone, group, utf8 } from '../kit/seeded.ts';

/** Leaf 2 is blank. */
let everyone: Everyone;
const LETTER: Content = { contentType: 1, applicationData: utf8('x') };

beforeAll(async () => {
  everyone = await group(4);
  await commitAll(everyone, 0, { proposals: [{ proposalType: ProposalType.remove, removed: 2 }] });
});

function refused(bytes: Uint8Array, code: MlsErrorCode): Promise<void> {
  const { env } = at(everyone.people, 0);
  return expect(processMessage(env, at(everyone.states, 0), bytes)).rejects.toMatchObject({ code });
}

describe('a private message is refused', () => {
  test('of another group, be it one with the same secrets (wrong-group)', async () => {
    const { env } = at(everyone.people, 1);
    const state = at(everyone.states, 1);
    await refused(await forgePrivate(env, state, { content: LETTER, groupId: utf8('other') }), 'wrong-group');
    const read = await processMessage(
      at(everyone.people, 0).env,
      at(everyone.states, 0),
      await forgePrivate(env, state, { content: LETTER }),
    );
    expect(read.kind).toBe('application');
  });

  test('of a blank leaf, before any key of it is derived (unknown-sender)', async () => {
    const { env } = at(everyone.people, 1);
    const bytes = await forgePrivate(env, at(everyone.states, 1), {
      content: LETTER,
      sender: { senderType: 'member', leafIndex: 2 },
    });
    await refused(bytes, 'unknown-sender');
    await refused(flipLast(bytes), 'unknown-sender');
  });

  test('that another signed than the leaf it names (bad-signature)', async () => {
    const { env } = at(everyone.people, 1);
    const { signaturePrivateKey } = at(everyone.states, 3);
    const bytes = await forgePrivate(
      env,
      { ...at(everyone.states, 1), signaturePrivateKey },
      { content: LETTER },
    );
    await refused(bytes, 'bad-signature');
  });

  test('that does not open (decryption-failed)', async () => {
    const { env } = at(everyone.people, 1);
    await refused(
      flipLast(await forgePrivate(env, at(everyone.states, 1), { content: LETTER })),
      'decryption-failed',
    );
  });

  test('whose content or sender data cannot be read (malformed)', async () => {
    const { env } = at(everyone.people, 1);
    const long: Content = { contentType: 1, applicationData: new Uint8Array(300) };
    const length = 2 + 300 + 2 + 64;
    const content = withPlaintext(length, (plain) => plain.fill(0xff));
    const senderData = withPlaintext(12, (plain) => plain.subarray(1));
    for (const provider of [content, senderData]) {
      await refused(
        await forgePrivate({ ...env, provider }, at(everyone.states, 1), { content: long }),
        'malformed',
      );
    }
  });
});

/** The state with the own chain for application data moved to `generation`. */
function movedTo(state: ActiveGroup, leaf: number, generation: number): ActiveGroup {
  const suite = suiteOf(at(everyone.people, 0).env, state);
  const ratchets = leafRatchets(suite, state.secretTree, leaf);
  const application = { generation, secret: new Uint8Array(32), skipped: [] };
  const secretTree: SecretTree = withLeafRatchets(suite, state.secretTree, leaf, {
    ...ratchets,
    application,
  });
  return { ...state, secretTree };
}

test('a chain ends before its generations do, and nothing is sent after (generations-exhausted)', async () => {
  const [a, b] = [at(everyone.people, 0), at(everyone.people, 1)];
  const sender = movedTo(at(everyone.states, 1), 1, 0xffff_fffe);
  const receiver = movedTo(at(everyone.states, 0), 1, 0xffff_fffe);
  const last = await encryptApplication(b.env, sender, utf8('the last one'));
  expect((await processMessage(a.env, receiver, last.bytes)).kind).toBe('application');
  await expect(encryptApplication(b.env, last.state, utf8('one more'))).rejects.toMatchObject({
    code: 'generations-exhausted',
  });
});

test('what is no message, and what is for nobody in the group, is refused', async () => {
  await refused(utf8('junk'), 'malformed');
  await refused(
    await exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0)),
    'invalid-argument',
  );
});
