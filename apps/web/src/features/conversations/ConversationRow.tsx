import type { ConversationSummary } from '@sotto/client/api';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { Avatar } from '../../ui/Avatar.tsx';
import { VerifiedMark } from '../../ui/VerifiedMark.tsx';
import { fullTime, listTime, nameOfAddress } from '../../ui/words.ts';
import styles from './ConversationRow.module.css';
import { MessageStatusMark } from './MessageStatusMark.tsx';

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
          {last?.own === true && last.status !== null && <MessageStatusMark status={last.status} />}
          <span className={styles.preview} data-unread={unread > 0}>
            {previewOf(conversation)}
          </span>
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

/** One line without markup signs; what a stranger or another identity wrote is not shown before it is opened. */
function previewOf(conversation: ConversationSummary): string {
  if (conversation.state === 'request') return 'Wants to write to you';
  if (conversation.state === 'blocked') return 'Their identity changed';
  const { last } = conversation;
  if (last === null) return 'No messages yet';
  const text = last.text
    .slice(0, LONGEST_PREVIEW)
    .replace(/\s+/g, ' ')
    .replace(/[*_`>]+/g, '');
  return last.own ? `You: ${text}` : text;
}
