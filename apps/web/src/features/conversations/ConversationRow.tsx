import type { ConversationSummary } from '@sotto/client/api';
import { Link, useMatchRoute } from '@tanstack/react-router';
import { memo } from 'react';
import { Avatar } from '../../ui/Avatar.tsx';
import { VerifiedMark } from '../../ui/VerifiedMark.tsx';
import { fullTime, listTime, nameOfAddress } from '../../ui/words.ts';
import styles from './ConversationRow.module.css';
import { MessageStatusMark } from './MessageStatusMark.tsx';
import { withTurnsShown } from './markdown/direction.ts';

const LONGEST_PREVIEW = 120;

/** One conversation in the list. */
export const ConversationRow = memo(function ConversationRow(props: { conversation: ConversationSummary }) {
  const { conversation } = props;
  const { last, unread } = conversation;
  return (
    <Link to="/chats/$id" params={{ id: conversation.id }} className={styles.row}>
      <Avatar address={conversation.with.address} />
      <span className={styles.middle}>
        <span className={styles.line}>
          <span className={styles.name}>{nameOfAddress(conversation.with.address)}</span>
          <VerifiedMark verification={conversation.with.verification} />
          {last !== null && (
            <time
              className={styles.time}
              dateTime={new Date(last.time).toISOString()}
              title={fullTime(last.time)}
            >
              {listTime(last.time, Date.now())}
            </time>
          )}
        </span>
        <span className={styles.line}>
          <Preview conversation={conversation} />
          {conversation.state === 'request' && <span className={styles.request}>Request</span>}
          {unread > 0 && conversation.state === 'active' && (
            <span className={styles.unread}>
              {unread > 99 ? '99+' : unread}
              <span className="visually-hidden"> unread</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
});

/** What was begun to be written here, or what was said last; in the open conversation the former stands in its field. */
function Preview(props: { conversation: ConversationSummary }) {
  const { id, draft, last, unread } = props.conversation;
  const open = useMatchRoute()({ to: '/chats/$id', params: { id } }) !== false;
  const hasDraft = draft.trim() !== '' && !open;
  return (
    <>
      {!hasDraft && last?.own === true && last.status !== null && <MessageStatusMark status={last.status} />}
      <span className={styles.preview} data-unread={unread > 0}>
        {hasDraft && <span className={styles.draft}>Draft: </span>}
        {hasDraft ? plain(draft) : previewOf(props.conversation)}
      </span>
    </>
  );
}

/** One line without markup signs; what a stranger or another identity wrote is not shown before it is opened. */
function previewOf(conversation: ConversationSummary): string {
  if (conversation.state === 'request') return 'Wants to write to you';
  if (conversation.state === 'blocked') return 'Their identity changed';
  const { last } = conversation;
  if (last === null) return 'No messages here yet';
  const text = plain(last.text);
  return last.own ? `You: ${text}` : text;
}

function plain(text: string): string {
  const line = text
    .slice(0, LONGEST_PREVIEW)
    .replace(/\s+/g, ' ')
    .replace(/[*_`>]+|~~/g, '');
  return withTurnsShown(line);
}
