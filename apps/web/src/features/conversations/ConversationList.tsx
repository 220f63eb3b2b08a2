import { ActionIcon, Skeleton } from '@mantine/core';
import type { ConversationSummary } from '@sotto/client/api';
import { IconEdit, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef } from 'react';
import { useLive } from '../../ui/device.tsx';
import { PageHeading } from '../../ui/PageHeading.tsx';
import { useMedia } from '../../ui/use-media.ts';
import { openSwitcher } from '../frame/switcher-state.ts';
import styles from './ConversationList.module.css';
import { ConversationRow } from './ConversationRow.tsx';
import { NoConversations } from './NoConversations.tsx';

/** The pane of conversations. `main` where it is the page itself and not beside an open conversation. */
export function ConversationList(props: { main: boolean }) {
  const conversations = useLive('conversations', null);
  return (
    <>
      <header className={styles.head}>
        {props.main ? (
          <PageHeading title="Chats" className={styles.title} />
        ) : (
          <h2 className={styles.title}>Chats</h2>
        )}
        <ActionIcon component={Link} to="/chats/new" size={40} radius={11} aria-label="New conversation">
          <IconEdit size={20} stroke={1.6} />
        </ActionIcon>
      </header>
      <div className={styles.search}>
        <button type="button" className={styles.find} onClick={openSwitcher} aria-keyshortcuts="Control+K">
          <IconSearch size={18} stroke={1.6} aria-hidden="true" />
          <span>Find a person or an action</span>
          <kbd>Ctrl K</kbd>
        </button>
      </div>
      <Rows conversations={conversations} />
    </>
  );
}

function Rows(props: { conversations: readonly ConversationSummary[] | undefined }) {
  const list = useRef<HTMLUListElement>(null);
  const room = useMedia('(min-width: 701px)');
  if (props.conversations === undefined) return <ListSkeleton />;
  // Where there is room, what to do first stands in the pane beside it.
  if (props.conversations.length === 0) return room ? null : <NoConversations />;
  return (
    <ul
      ref={list}
      className={styles.list}
      aria-label="Conversations"
      onKeyDown={(event) => moveBetweenLinks(event, list.current)}
    >
      {props.conversations.map((conversation) => (
        <li key={conversation.id}>
          <ConversationRow conversation={conversation} />
        </li>
      ))}
    </ul>
  );
}

function moveBetweenLinks(event: KeyboardEvent, list: HTMLElement | null): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || list === null) return;
  const links = [...list.querySelectorAll<HTMLElement>('a')];
  const at = links.findIndex((link) => link.matches(':focus'));
  links[at + step]?.focus();
  event.preventDefault();
}

const WIDTHS = [52, 38, 60, 44, 50];

function ListSkeleton() {
  return (
    <div className={styles.list} role="status" aria-label="Loading conversations">
      {WIDTHS.map((width) => (
        <div key={width} className={styles.waiting}>
          <Skeleton circle height={44} />
          <div>
            <Skeleton height={13} width={`${width}%`} />
            <Skeleton height={11} width={`${width + 24}%`} mt={10} />
          </div>
        </div>
      ))}
    </div>
  );
}
