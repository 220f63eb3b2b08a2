/** Conversations as an interface shows them. */
import type { Conversation, ConversationSummary, Item, Person } from '../api.ts';
import type { Core } from '../core.ts';
import type { Pin } from '../directory/pin.ts';
import { isBlocked } from '../identity/contacts.ts';
import {
  type ConversationId,
  type ConversationRecord,
  type DraftRecord,
  type ItemRecord,
  KEY,
} from './records.ts';
import { problemWith } from './send.ts';

export function person(core: Core, pin: Pin): Person {
  const changed = core.directory.hasChanged(pin.address);
  return {
    address: pin.address,
    accountId: pin.accountId,
    verification: changed ? 'changed' : pin.verified ? 'verified' : 'unverified',
    blocked: isBlocked(core, pin.accountId),
  };
}

/** Newest first; blocked senders are left out. */
export async function summaries(core: Core): Promise<readonly ConversationSummary[]> {
  const shown = core.timeline.all().filter(({ state }) => state !== 'declined');
  const drafts = new Map(await core.store.range<DraftRecord>({ prefix: KEY.drafts }));
  const draftOf = ({ id }: ConversationRecord) => drafts.get(KEY.draft(id))?.text ?? '';
  const all = await Promise.all(shown.map((record) => summary(core, record, draftOf(record))));
  return all.filter((one) => one !== null).sort((a, b) => (b.last?.time ?? 0) - (a.last?.time ?? 0));
}

export async function conversation(core: Core, id: ConversationId): Promise<Conversation | null> {
  const record = core.timeline.get(id);
  const draft = await core.store.get<DraftRecord>(KEY.draft(id));
  const isShown = record !== undefined && record.state !== 'declined';
  const one = isShown ? await summary(core, record, draft?.text ?? '') : null;
  return one === null || record === undefined ? null : { ...one, blocked: problemWith(core, record) };
}

async function summary(
  core: Core,
  record: ConversationRecord,
  draft: string,
): Promise<ConversationSummary | null> {
  const pin = core.directory.get(record.id);
  if (pin === undefined || record.state === 'declined') return null;
  const { last } = record;
  const item = last === null ? undefined : await core.timeline.item(record.id, last.position);
  const status = item?.kind === 'message' && item.own ? item.status : null;
  return {
    id: record.id,
    kind: 'direct',
    with: person(core, pin),
    state: problemWith(core, record) === null ? record.state : 'blocked',
    unread: record.unread,
    seen: record.seen,
    last: last === null ? null : { text: last.text, time: last.time, own: last.own, status },
    draft,
  };
}

export function itemView(core: Core, item: ItemRecord): Item {
  const { position, time } = item;
  switch (item.kind) {
    case 'message':
      return {
        kind: 'message',
        id: item.id,
        position,
        time,
        own: item.own,
        from: core.directory.get(item.from)?.address ?? '',
        text: item.text,
        status: item.status,
        problem: item.problem,
      };
    case 'note':
      return { kind: 'note', id: `note-${position}`, position, time, tone: item.tone, text: item.text };
    case 'unreadable':
      return { kind: 'unreadable', id: `unreadable-${position}`, position, time, text: item.text };
  }
}
