import { IconMessages } from '@tabler/icons-react';
import { EmptyState } from '../../ui/EmptyState.tsx';

/** Beside the list while nothing is chosen. */
export function NoChatOpen() {
  return (
    <EmptyState icon={<IconMessages size={26} stroke={1.6} />} title="Choose a conversation">
      Or press Ctrl K and type a few letters of a name.
    </EmptyState>
  );
}
