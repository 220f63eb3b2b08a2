import { Button } from '@mantine/core';
import { IconMessageOff } from '@tabler/icons-react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useLive } from '../../ui/device.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PageHeading } from '../../ui/PageHeading.tsx';
import { nameOfAddress } from '../../ui/words.ts';
import { BlockedBanner, RequestBanner } from './banners.tsx';
import { Composer } from './Composer.tsx';
import { ConversationDetails } from './ConversationDetails.tsx';
import { ConversationHead } from './ConversationHead.tsx';
import styles from './ConversationPage.module.css';
import { MessageList, MessageListSkeleton } from './MessageList.tsx';
import { useItems } from './use-items.ts';
import { useMarkRead } from './use-mark-read.ts';
import { useSayArrivals } from './use-say-arrivals.ts';

/** The conversation of the route; another one is another component, so nothing of the last stays. */
export function ConversationPage() {
  const { id } = useParams({ from: '/signed-in/chats/$id' });
  return <OpenConversation key={id} id={id} />;
}

function OpenConversation({ id }: { id: string }) {
  const conversation = useLive('conversation', { id });
  const { details } = useSearch({ from: '/signed-in/chats/$id' });
  const navigate = useNavigate();
  const { items, more, older } = useItems(id);
  useMarkRead(conversation, items);
  useSayArrivals(conversation, items);
  const toggle = useCallback(
    (open: boolean) => navigate({ to: '/chats/$id', params: { id }, search: open ? { details: true } : {} }),
    [navigate, id],
  );
  if (conversation === null) return <Gone />;
  const name = conversation === undefined ? '' : nameOfAddress(conversation.with.address);
  return (
    <div className={styles.split}>
      <div className={styles.main}>
        <ConversationHead conversation={conversation} detailsOpen={details === true} onDetails={toggle} />
        {conversation === undefined || items === undefined ? (
          <MessageListSkeleton />
        ) : (
          <MessageList conversation={conversation} items={items} more={more} onOlder={older} />
        )}
        {conversation?.state === 'request' && <RequestBanner conversation={conversation} />}
        {conversation !== undefined && conversation.blocked !== null && (
          <BlockedBanner conversation={conversation} problem={conversation.blocked} />
        )}
        {conversation?.state === 'active' && conversation.blocked === null && (
          <Composer conversation={id} name={name} draft={conversation.draft} />
        )}
      </div>
      {details === true && conversation !== undefined && (
        <ConversationDetails conversation={conversation} onClose={() => toggle(false)} />
      )}
    </div>
  );
}

function Gone() {
  const navigate = useNavigate();
  const title = 'This conversation is not here';
  return (
    <>
      <PageHeading title={title} className="visually-hidden" />
      <EmptyState
        icon={<IconMessageOff size={26} stroke={1.6} />}
        title={title}
        action={<Button onClick={() => navigate({ to: '/chats' })}>Go to your chats</Button>}
      >
        It may belong to another account, or it was removed from this device.
      </EmptyState>
    </>
  );
}
