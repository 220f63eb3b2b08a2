/** A member who signs whatever it likes (RFC 9420 section 6.1): commits that break a rule, and only that. */
import { createHash } from 'node:crypto';
import { concat, copyBytes, signingKeyFromSeed, signRaw, utf8 } from '@sotto/crypto';
import {
  type ActiveGroup,
  ContentType,
  decodeMessage,
  encodeMessage,
  exportGroupInfo,
  type MlsMessage,
  type Sender,
  WireFormat,
} from '@sotto/mls';
import { environment } from './groups.ts';

export type PublicMessage = Extract<
  MlsMessage,
  { wireFormat: typeof WireFormat.publicMessage }
>['publicMessage'];
export type Commit = Extract<
  PublicMessage['content']['content'],
  { contentType: typeof ContentType.commit }
>['commit'];

const SIGNATURE = new Uint8Array(64);
/** Signature, confirmation tag and membership tag with their lengths, which end a member's message. */
const TAIL = 66 + 49;
const MEMBERSHIP_TAG = 49;

export function openMessage(bytes: Uint8Array): PublicMessage {
  const message = decodeMessage(bytes);
  if (message?.wireFormat !== WireFormat.publicMessage) throw new Error('no public message');
  return message.publicMessage;
}

export function sealMessage(publicMessage: PublicMessage): Uint8Array {
  return encodeMessage({ wireFormat: WireFormat.publicMessage, publicMessage });
}

export interface Forgery {
  readonly commit?: (commit: Commit) => Commit;
  readonly sender?: Sender;
  readonly epoch?: bigint;
  readonly groupId?: Uint8Array;
}

/** The commit with changes, signed again by the member of `state`, the holder of `seed`. */
export async function forge(
  state: ActiveGroup,
  seed: Uint8Array,
  bytes: Uint8Array,
  { commit, ...some }: Forgery,
): Promise<Uint8Array> {
  const message = openMessage(bytes);
  const { content } = message.content;
  if (content.contentType !== ContentType.commit) throw new Error('no commit');
  const changed = { ...content, commit: commit?.(content.commit) ?? content.commit };
  const framed = { ...message.content, ...some, content: changed };
  const auth = { ...message.auth, signature: SIGNATURE };
  const unsigned = sealMessage({ ...message, content: framed, auth });
  const tail = TAIL + (message.membershipTag === undefined ? 0 : MEMBERSHIP_TAG);
  const toBeSigned = concat(unsigned.subarray(0, unsigned.length - tail), await contextOf(state));
  const key = await signingKeyFromSeed(seed);
  const labelled = concat(opaque(utf8('MLS 1.0 FramedContentTBS')), opaque(toBeSigned));
  const signature = await signRaw(key, labelled);
  return sealMessage({ ...message, content: framed, auth: { ...auth, signature } });
}

/** The encoded GroupContext: what is before the rest in a GroupInfo. */
async function contextOf(state: ActiveGroup): Promise<Uint8Array> {
  const message = decodeMessage(await exportGroupInfo(environment, state));
  if (message?.wireFormat !== WireFormat.groupInfo) throw new Error('no group information');
  const empty = new Uint8Array();
  const bare = { ...message.groupInfo, extensions: [], confirmationTag: empty, signature: empty };
  const bytes = encodeMessage({ wireFormat: WireFormat.groupInfo, groupInfo: bare });
  return bytes.slice(4, bytes.length - 7);
}

/** RFC 9420 section 2.1.2. */
function opaque(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const head =
    length < 64
      ? [length]
      : length < 16_384
        ? [0x40 | (length >> 8), length & 0xff]
        : [0x80 | (length >> 24), (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  return concat(Uint8Array.from(head), bytes);
}

/**
 * The commit and its GroupInfo with a confirmation tag that no member computes: nobody without the group's secrets
 * can tell.
 */
export async function withWrongTag(
  commit: Uint8Array,
  next: ActiveGroup,
): Promise<{ readonly commit: Uint8Array; readonly next: ActiveGroup }> {
  const message = openMessage(commit);
  const confirmationTag = copyBytes(message.auth.confirmationTag ?? new Uint8Array(48));
  confirmationTag[0] = (confirmationTag[0] ?? 0) ^ 1;
  const changed = sealMessage({ ...message, auth: { ...message.auth, confirmationTag } });
  const input = concat(next.group.context.confirmedTranscriptHash, opaque(confirmationTag));
  const interimTranscriptHash = new Uint8Array(createHash('sha384').update(input).digest());
  const group = { ...next.group, confirmationTag, interimTranscriptHash };
  return { commit: changed, next: { ...next, group } };
}

export function flipLast(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  out[out.length - 1] = (out.at(-1) ?? 0) ^ 1;
  return out;
}
