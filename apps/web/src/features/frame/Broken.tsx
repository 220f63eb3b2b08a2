import { Button } from '@mantine/core';
import { IconMoodSad } from '@tabler/icons-react';
import { EmptyState } from '../../ui/EmptyState.tsx';

/** Where a part of the page failed: the rest goes on, and what is kept on the device is not touched. */
export function Broken() {
  return (
    <EmptyState
      icon={<IconMoodSad size={26} stroke={1.6} />}
      title="This part of the page failed"
      action={<Button onClick={() => location.reload()}>Reload</Button>}
    >
      Nothing of yours is lost. Reloading usually helps.
    </EmptyState>
  );
}
