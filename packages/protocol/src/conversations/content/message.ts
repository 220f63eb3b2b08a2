/**
 * What this version says and understands: texts and status reports. Whatever else a well-formed content holds is
 * `unsupported`, and shown as something that this version cannot show.
 */
import { type Bytes, fromUtf8, type Random, SottoError, utf8 } from '@sotto/crypto/public';
import { knownExtensions, makeExtensions } from './extensions.ts';
import type { MessageId } from './message-id.ts';
import {
  type Content,
  DISPOSITION,
  decodeContent,
  encodeContent,
  type Part,
  SALT_LENGTH,
} from './mimi-content.ts';
import {
  decodeStatusReport,
  encodeStatusReport,
  STATUS_REPORT_TYPE,
  type StatusOfMessage,
} from './status-report.ts';

/** The most bytes of a text, as UTF-8. */
export const MOST_TEXT = 16_384;

const MARKDOWN = 'text/markdown;variant=GFM-MIMI';
const PLAIN = 'text/plain;charset=utf-8';

/** Who says it, where and when: bound into the content, so that it counts nowhere else. */
export interface Origin {
  readonly senderUri: string;
  readonly roomUri: string;
  /** Milliseconds since 1970 by the author's clock. */
  readonly written: number;
}

export type Message = {
  /** What the content claims; null where it claims nothing. Compare with the sender's leaf and the group. */
  readonly senderUri: string | null;
  readonly roomUri: string | null;
  readonly written: number | null;
} & (
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly format: 'markdown' | 'plain';
      readonly inReplyTo: MessageId | null;
    }
  | { readonly kind: 'status'; readonly statuses: readonly StatusOfMessage[] }
  | { readonly kind: 'unsupported' }
);

/** @throws SottoError `text_invalid` for a text that is empty, too long, or no Unicode */
export function encodeText(
  text: string,
  origin: Origin,
  random: Random,
  inReplyTo: MessageId | null = null,
): Bytes {
  const bytes = utf8(text);
  if (bytes.length === 0 || bytes.length > MOST_TEXT || !text.isWellFormed()) {
    throw new SottoError('text_invalid', 'A message has 1 to 16,384 bytes of text.');
  }
  const part = single(DISPOSITION.render, MARKDOWN, bytes);
  return encodeContent({ ...emptyContent(origin, random), inReplyTo, part });
}

/** @param statuses 1 to MOST_STATUSES */
export function encodeStatuses(statuses: readonly StatusOfMessage[], origin: Origin, random: Random): Bytes {
  const part = single(DISPOSITION.unspecified, STATUS_REPORT_TYPE, encodeStatusReport(statuses));
  return encodeContent({ ...emptyContent(origin, random), part });
}

/** Undefined for malformed bytes. */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  const content = decodeContent(bytes);
  if (content === undefined) return undefined;
  const meaning = meaningOf(content);
  return meaning === undefined ? undefined : { ...knownExtensions(content.extensions), ...meaning };
}

type Meaning =
  | Pick<Extract<Message, { kind: 'text' }>, 'kind' | 'text' | 'format' | 'inReplyTo'>
  | Pick<Extract<Message, { kind: 'status' }>, 'kind' | 'statuses'>
  | { readonly kind: 'unsupported' };

function meaningOf({ part, replaces, expires, inReplyTo }: Content): Meaning | undefined {
  if (part.cardinality !== 'single' || replaces !== null || expires !== null) return { kind: 'unsupported' };
  const type = part.contentType.toLowerCase().replaceAll(' ', '');
  if (type === STATUS_REPORT_TYPE) {
    const statuses = decodeStatusReport(part.content);
    return statuses === undefined ? undefined : { kind: 'status', statuses };
  }
  const format = formatOf(type);
  if (format === undefined || !isRendered(part)) return { kind: 'unsupported' };
  if (part.content.length > MOST_TEXT) return undefined;
  const text = fromUtf8(part.content);
  return text === undefined || text === '' ? undefined : { kind: 'text', text, format, inReplyTo };
}

function formatOf(type: string): 'markdown' | 'plain' | undefined {
  if (type === MARKDOWN.toLowerCase()) return 'markdown';
  return type === PLAIN || type === 'text/plain' ? 'plain' : undefined;
}

/** Unknown dispositions count as `render` (section 8.1). */
function isRendered({ disposition }: Part): boolean {
  const rendered: readonly number[] = [DISPOSITION.unspecified, DISPOSITION.render, DISPOSITION.inline];
  return rendered.includes(disposition) || disposition > DISPOSITION.preview;
}

function emptyContent(origin: Origin, random: Random): Omit<Content, 'part'> {
  return {
    salt: random(SALT_LENGTH),
    replaces: null,
    topic: new Uint8Array(0),
    expires: null,
    inReplyTo: null,
    extensions: makeExtensions(origin.senderUri, origin.roomUri, origin.written),
  };
}

function single(disposition: number, contentType: string, content: Bytes): Part {
  return { disposition, language: '', cardinality: 'single', contentType, content };
}
