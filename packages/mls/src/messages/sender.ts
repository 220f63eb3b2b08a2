/** Senders (RFC 9420, section 6). */
import type { Codec } from '../codec/codec.ts';
import { Malformed } from '../codec/reader.ts';

export type Sender =
  | { readonly senderType: 'member'; readonly leafIndex: number }
  | { readonly senderType: 'external'; readonly senderIndex: number }
  | { readonly senderType: 'new_member_proposal' }
  | { readonly senderType: 'new_member_commit' };

const CODES = { member: 1, external: 2, new_member_proposal: 3, new_member_commit: 4 } as const;

export const senderCodec: Codec<Sender> = {
  write(writer, sender) {
    writer.uint8(CODES[sender.senderType]);
    if (sender.senderType === 'member') writer.uint32(sender.leafIndex);
    if (sender.senderType === 'external') writer.uint32(sender.senderIndex);
  },
  read(reader) {
    const code = reader.uint8();
    if (code === CODES.member) return { senderType: 'member', leafIndex: reader.uint32() };
    if (code === CODES.external) return { senderType: 'external', senderIndex: reader.uint32() };
    if (code === CODES.new_member_proposal) return { senderType: 'new_member_proposal' };
    if (code === CODES.new_member_commit) return { senderType: 'new_member_commit' };
    throw new Malformed('sender type');
  },
};
