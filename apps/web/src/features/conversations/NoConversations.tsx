import { Button } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useSignedIn } from '../../ui/device.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import styles from './NoConversations.module.css';

/** For somebody who has talked to nobody yet: what to do first. */
export function NoConversations() {
  const navigate = useNavigate();
  const address = useSignedIn()?.address ?? '';
  const copy = useCopy();
  return (
    <EmptyState
      icon={<IconMessageCircle size={26} stroke={1.6} />}
      title="No conversations yet"
      action={
        <div className={styles.actions}>
          <Button onClick={() => navigate({ to: '/chats/new' })}>Start a conversation</Button>
          <Button variant="default" onClick={() => copy.copy(address)}>
            {copy.copied ? 'Copied' : 'Copy my address'}
          </Button>
        </div>
      }
    >
      Write to someone by their address, or give them yours: <strong>{address}</strong>
    </EmptyState>
  );
}
