import { ActionIcon, Skeleton } from '@mantine/core';
import type { Conversation, Item, Verification } from '@sotto/client/api';
import { IconChevronDown, IconEyeOff, IconInfoCircle, IconLock } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { dayLabel, nameOfAddress } from '../../ui/words.ts';
import { MessageBubble } from './MessageBubble.tsx';
import styles from './MessageList.module.css';
import { type Row, rowsOf } from './message-rows.ts';
import { privacyOf } from './privacy.ts';
import { useStayAtEnd } from './use-stay-at-end.ts';

const ESTIMATE = 54;
const LOAD_WITHIN = 600;
const AT_END_WITHIN = 60;
const SETTLE_MS = 120;
/** Of the skeleton above the oldest line; it is no row, so that it never is what the view holds on to. */
const OLDER_HEIGHT = 112;

/**
 * The messages, the newest at the bottom. Only what is near the window is in the document; older ones are asked for
 * when the person scrolls up, and what was seen stays where it was.
 */
export function MessageList(props: {
  conversation: Conversation;
  items: readonly Item[];
  more: boolean;
  onOlder: () => void;
}) {
  const { conversation, items, more, onOlder } = props;
  const scroller = useRef<HTMLElement>(null);
  const rows = useMemo(() => rowsOf(items, more), [items, more]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATE,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    overscan: 12,
    anchorTo: 'end',
    scrollEndThreshold: AT_END_WITHIN,
    paddingStart: more ? OLDER_HEIGHT : 0,
    paddingEnd: 12,
    initialOffset: () => Number.MAX_SAFE_INTEGER,
  });
  const loadNearTop = useCallback(() => {
    if (more && (scroller.current?.scrollTop ?? LOAD_WITHIN) < LOAD_WITHIN) onOlder();
  }, [more, onOlder]);
  const size = virtual.getTotalSize();
  const { away, noteScroll, goToEnd } = useStayAtEnd(scroller, size, AT_END_WITHIN, () =>
    virtual.scrollToEnd(),
  );
  const onScroll = () => {
    noteScroll();
    loadNearTop();
  };
  // A page may arrive while the person waits at the very top, or be shorter than the window: nothing scrolls then.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is asked after each page.
  useEffect(() => {
    const timer = setTimeout(loadNearTop, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [loadNearTop, items.length]);
  const name = nameOfAddress(conversation.with.address);
  return (
    <div className={styles.frame}>
      <section
        ref={scroller}
        className={styles.scroller}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too.
        tabIndex={0}
        aria-label="Messages"
      >
        <ol className={styles.space} style={{ height: size }}>
          {more && <OlderSkeleton />}
          {virtual.getVirtualItems().map((place) => {
            const row = rows[place.index];
            if (row === undefined) return null;
            return (
              <li
                key={place.key}
                ref={virtual.measureElement}
                data-index={place.index}
                className={styles.row}
                style={{ transform: `translateY(${place.start}px)` }}
              >
                <RowView
                  row={row}
                  conversation={conversation.id}
                  name={name}
                  verification={conversation.with.verification}
                />
              </li>
            );
          })}
        </ol>
      </section>
      {away && (
        <ActionIcon
          className={styles.down}
          variant="default"
          size={44}
          radius="xl"
          aria-label="Go to the newest message"
          onClick={goToEnd}
        >
          <IconChevronDown size={20} stroke={1.6} />
        </ActionIcon>
      )}
    </div>
  );
}

function RowView(props: { row: Row; conversation: string; name: string; verification: Verification }) {
  const { row } = props;
  switch (row.kind) {
    case 'beginning':
      return (
        <p className={styles.pill}>
          <IconLock size={15} stroke={1.6} aria-hidden="true" />
          {privacyOf(props.verification, props.name)}
        </p>
      );
    case 'day':
      return <p className={styles.day}>{dayLabel(row.time, Date.now())}</p>;
    case 'item':
      return <ItemView {...row} conversation={props.conversation} />;
  }
}

function ItemView(props: { item: Item; first: boolean; last: boolean; conversation: string }) {
  const { item } = props;
  if (item.kind === 'message') return <MessageBubble {...props} message={item} />;
  const Icon = item.kind === 'unreadable' ? IconEyeOff : IconInfoCircle;
  return (
    <p className={styles.pill} data-tone={item.kind === 'note' ? item.tone : 'plain'}>
      <Icon size={15} stroke={1.6} aria-hidden="true" />
      {item.text}
    </p>
  );
}

function OlderSkeleton() {
  return (
    <li className={`${styles.row} ${styles.older}`}>
      <span className="visually-hidden">Loading older messages</span>
      <Skeleton height={38} width="46%" radius="lg" />
      <Skeleton height={38} width="32%" radius="lg" ml="auto" />
    </li>
  );
}

/** In place of the messages until the device has given the first of them. */
export function MessageListSkeleton() {
  return (
    <div className={styles.frame}>
      <div className={styles.waiting} aria-hidden="true">
        <Skeleton height={38} width="42%" radius="lg" />
        <Skeleton height={60} width="56%" radius="lg" />
        <Skeleton height={38} width="36%" radius="lg" ml="auto" />
        <Skeleton height={38} width="28%" radius="lg" />
      </div>
    </div>
  );
}
