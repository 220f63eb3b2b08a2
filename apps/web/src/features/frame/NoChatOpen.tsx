import { IconMessages } from '@tabler/icons-react';
import { useLive } from '../../ui/device.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useMedia } from '../../ui/use-media.ts';
import { NoConversations } from '../conversations/NoConversations.tsx';

/** Beside the list while nothing is chosen; on a phone the list is alone. */
export function NoChatOpen() {
  const conversations = useLive('conversations', null);
  const room = useMedia('(min-width: 701px)');
  if (!room || conversations === undefined) return null;
  if (conversations.length === 0) return <NoConversations />;
  return (
    <EmptyState icon={<IconMessages size={26} stroke={1.6} />} title="Choose a conversation">
      Or press Ctrl K and type a few letters of a name.
    </EmptyState>
  );
}
