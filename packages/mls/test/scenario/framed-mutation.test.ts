/** What stands around the content of a message, and inside a private one, changed by who has the keys: refused. */
import { expect, test } from 'vitest';
import { xorPrefix } from '../../src/bytes.ts';
import { encode } from '../../src/codec/codec.ts';
import { Reader } from '../../src/codec/reader.ts';
import { openSenderData, senderDataKey } from '../../src/framing/private.ts';
import {
  type ActiveGroup,
  createCommit,
  createProposal,
  decodeMessage,
  type Environment,
  encodeMessage,
  encodeState,
  encryptApplication,
  ProposalType,
  processMessage,
} from '../../src/index.ts';
import { type Content, type FramedContent, readContentBody } from '../../src/messages/framed-content.ts';
import {
  type PrivateMessage,
  privateContentAad,
  type SenderData,
  senderDataAad,
  senderDataCodec,
} from '../../src/messages/private-message.ts';
import type { Sender } from '../../src/messages/sender.ts';
import { takeGeneration } from '../../src/secrets/ratchet.ts';
import { DEFAULT_RETENTION } from '../../src/secrets/retention.ts';
import { leafRatchets } from '../../src/secrets/secret-tree.ts';
import { forge, forgePrivate, openCommit, suiteOf } from '../kit/forge.ts';
import { encodable, outcome, variants } from '../kit/mutate.ts';
import { at, group, utf8 } from '../kit/seeded.ts';

const SENDERS: readonly Sender[] = [
  { senderType: 'external', senderIndex: 0 },
  { senderType: 'new_member_proposal' },
  { senderType: 'new_member_commit' },
];

/** Group, epoch, sender and authenticated data, each with one change. */
function headers(header: Omit<FramedContent, 'content'>): readonly Omit<FramedContent, 'content'>[] {
  return [...variants(header), ...SENDERS.map((sender) => ({ ...header, sender }))];
}

test.each(['public', 'private'] as const)(
  'a %s message is for its group, epoch and sender, whoever signs it again',
  async (format) => {
    const { people, states } = await group(3);
    const [{ env }, receiver] = [at(people, 1), at(people, 0)];
    const state = at(states, 1);
    const { groupId, epoch } = state.group.context;
    const authenticatedData = utf8('seen by all');
    const commit = await createCommit(env, state, { authenticatedData, forcePath: true });
    const { confirmationTag } = commit.staged.next.group;
    const remove = { proposalType: ProposalType.remove, removed: 2 } as const;
    const contents: readonly Content[] = [
      await contentOf(env, state, commit.commit),
      { contentType: 2, proposal: remove },
    ];
    const seal = format === 'public' ? forge : forgePrivate;
    const before = encodeState(at(states, 0));
    for (const content of contents) {
      const send = async (header: Partial<FramedContent>): Promise<unknown> => {
        const bytes = await seal(env, state, { ...header, content, confirmationTag });
        return processMessage(receiver.env, at(states, 0), bytes);
      };
      const honest = {
        groupId,
        epoch,
        sender: { senderType: 'member', leafIndex: 1 },
        authenticatedData,
      } as const;
      const isProposal = content.contentType === 2;
      // Control. The private form of a commit has another transcript: its own tests are those of the whole message.
      expect(await outcome(() => send(honest))).toBe(isProposal || format === 'public' ? 'fine' : 'refused');
      for (const header of headers(honest)) {
        const isOther = header.authenticatedData !== honest.authenticatedData;
        // Whoever signs may say anything beside a proposal; beside a commit it is part of the transcript.
        // A private message names its sender outside of what is signed, so that the kit's stays the right one.
        const judged = await outcome(() => send(header));
        if (!(isProposal && isOther)) expect(judged, JSON.stringify(header, String)).toBe('refused');
      }
    }
    expect(encodeState(at(states, 0))).toEqual(before);
  },
);

/** What a message of `state`'s member says, public or private. */
async function contentOf(env: Environment, state: ActiveGroup, bytes: Uint8Array): Promise<Content> {
  if (decodeMessage(bytes)?.wireFormat === 1) return { contentType: 3, commit: openCommit(bytes) };
  const { inside } = await openUp(env, state, bytes);
  return readContentBody(new Reader(inside.plaintext), 3);
}

interface Inside {
  readonly plaintext: Uint8Array;
  readonly senderData: SenderData;
}

/** What is inside a private message of `state`'s member, and a way to put it in again. */
async function openUp(
  env: Environment,
  state: ActiveGroup,
  bytes: Uint8Array,
): Promise<{ readonly inside: Inside; readonly seal: (inside: Inside) => Promise<Uint8Array> }> {
  const suite = suiteOf(env, state);
  const decodedMessage = decodeMessage(bytes);
  if (decodedMessage?.wireFormat !== 2) throw new Error('not private');
  const { privateMessage: message } = decodedMessage;
  const { senderDataSecret } = state.secrets;
  const senderData = await openSenderData(suite, senderDataSecret, message);
  const { leafIndex, generation, reuseGuard } = senderData;
  const ratchets = leafRatchets(suite, state.secretTree, leafIndex);
  const chain = ratchets[message.contentType === 1 ? 'application' : 'handshake'];
  if (chain === undefined) throw new Error('no chain');
  const { taken } = takeGeneration(suite, chain, generation, DEFAULT_RETENTION);
  const nonce = xorPrefix(taken.nonce, reuseGuard);
  const aad = privateContentAad(message);
  const plaintext = await suite.aead.open(taken.key, nonce, aad, message.ciphertext);
  if (plaintext === undefined) throw new Error('it does not open');
  const seal = async (inside: Inside): Promise<Uint8Array> => {
    const ciphertext = await suite.aead.seal(taken.key, nonce, aad, inside.plaintext);
    const data = encode(senderDataCodec, inside.senderData);
    const keys = senderDataKey(suite, senderDataSecret, ciphertext);
    const encryptedSenderData = await suite.aead.seal(keys.key, keys.nonce, senderDataAad(message), data);
    const privateMessage: PrivateMessage = { ...message, ciphertext, encryptedSenderData };
    return encodeMessage({ wireFormat: 2, privateMessage });
  };
  return { inside: { plaintext, senderData }, seal };
}

test.each(['letter', 'proposal', 'commit'] as const)(
  'a private %s is refused wherever its plaintext or its sender data were changed',
  async (kind) => {
    const { people, states } = await group(3);
    const [{ env }, receiver] = [at(people, 1), at(people, 0)];
    const state = at(states, 1);
    const format = 'private';
    const remove = { proposalType: ProposalType.remove, removed: 2 } as const;
    const bytes = await {
      letter: async () => (await encryptApplication(env, state, utf8('hello'), { paddedLength: 120 })).bytes,
      proposal: async () => (await createProposal(env, state, remove, { format })).bytes,
      commit: async () => (await createCommit(env, state, { proposals: [remove], format })).commit,
    }[kind]();
    const { inside, seal } = await openUp(env, state, bytes);
    const before = encodeState(at(states, 0));
    const receive = async (changed: Inside): Promise<unknown> =>
      processMessage(receiver.env, at(states, 0), await seal(changed));
    // Control: sealed again without a change, it is the same message.
    expect(await seal(inside)).toEqual(bytes);
    await receive(inside);
    for (const [place, byte] of inside.plaintext.entries()) {
      for (const other of [byte ^ 1, byte ^ 0x80, byte === 0 ? 255 : 0]) {
        const plaintext = inside.plaintext.with(place, other);
        expect(await outcome(() => receive({ ...inside, plaintext }))).toBe('refused');
      }
      // What is cut off at the end of a letter may be padding.
      const cut = { ...inside, plaintext: inside.plaintext.slice(0, place) };
      const isPadding = inside.plaintext.subarray(place).every((each) => each === 0);
      if (!isPadding) expect(await outcome(() => receive(cut))).toBe('refused');
    }
    for (const senderData of variants(inside.senderData)) {
      const changed = await encodable(() => seal({ ...inside, senderData }));
      if (changed === undefined) continue;
      const judged = await outcome(() => processMessage(receiver.env, at(states, 0), changed));
      expect(judged).toBe('refused');
    }
    expect(encodeState(at(states, 0))).toEqual(before);
  },
);
