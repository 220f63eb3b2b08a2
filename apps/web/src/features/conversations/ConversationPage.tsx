import { Button } from '@mantine/core';
import { IconMessageOff } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useRef } from 'react';
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
import { useDetails } from './use-details.ts';
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
  const details = useDetails(id);
  const opener = useRef<HTMLButtonElement>(null);
  const { items, more, older } = useItems(id);
  useMarkRead(conversation, items);
  useSayArrivals(conversation, items);
  if (conversation === null) return <Gone />;
  const name = conversation === undefined ? '' : nameOfAddress(conversation.with.address);
  return (
    <div className={styles.split}>
      <div className={styles.main}>
        <ConversationHead
          conversation={conversation}
          opener={opener}
          detailsOpen={details.open}
          onDetails={details.setOpen}
        />
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
      {details.open && conversation !== undefined && (
        <ConversationDetails
          conversation={conversation}
          opener={opener}
          onClose={() => details.setOpen(false)}
        />
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
