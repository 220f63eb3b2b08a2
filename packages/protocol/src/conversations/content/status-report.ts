/**
 * Delivery and read marks (draft-mahy-mimi-message-status-01, `application/mimi-message-status`).
 *
 * ```
 * report = [* [message id: bstr .size 32, status: uint]]
 * ```
 */
import { type Bytes, decodeCanonicalCbor, encodeCbor } from '@sotto/crypto/public';
import { isWhole } from './fields.ts';
import { type MessageId, messageIdBytes, messageIdFromBytes } from './message-id.ts';

export const STATUS_REPORT_TYPE = 'application/mimi-message-status';
/** The most messages of one report. */
export const MOST_STATUSES = 512;

const STATUSES = ['unread', 'delivered', 'read', 'expired', 'deleted', 'hidden', 'error'] as const;
export type MessageStatusValue = (typeof STATUSES)[number];

export interface StatusOfMessage {
  readonly messageId: MessageId;
  readonly status: MessageStatusValue;
}

/** @param statuses 1 to {@link MOST_STATUSES} */
export function encodeStatusReport(statuses: readonly StatusOfMessage[]): Bytes {
  if (statuses.length < 1 || statuses.length > MOST_STATUSES)
    throw new RangeError('1 to 512 messages a report');
  return encodeCbor(
    statuses.map(({ messageId, status }) => [messageIdBytes(messageId), STATUSES.indexOf(status)]),
  );
}

/** Undefined where malformed. Statuses that this version does not know are left out. */
export function decodeStatusReport(bytes: Uint8Array): readonly StatusOfMessage[] | undefined {
  const items = decodeCanonicalCbor(bytes);
  if (!Array.isArray(items) || items.length > MOST_STATUSES) return undefined;
  const known: StatusOfMessage[] = [];
  for (const item of items as unknown[]) {
    if (!Array.isArray(item) || item.length !== 2) return undefined;
    const [id, value] = item as unknown[];
    const messageId = messageIdFromBytes(id);
    if (messageId === undefined || !isWhole(value, 255)) return undefined;
    const status = STATUSES[value];
    if (status !== undefined) known.push({ messageId, status });
  }
  return known;
}
