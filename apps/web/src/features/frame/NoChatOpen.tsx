import { IconMessages } from '@tabler/icons-react';
import { useLive, useSignedIn } from '../../ui/device.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';

/** Beside the list while nothing is chosen. */
export function NoChatOpen() {
  const conversations = useLive('conversations', null);
  const address = useSignedIn()?.address ?? '';
  const icon = <IconMessages size={26} stroke={1.6} />;
  if (conversations?.length === 0) {
    return (
      <EmptyState icon={icon} title="Only you so far">
        Your address is {address}. Whoever has it can write to you here.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={icon} title="Choose a conversation">
      Or press Ctrl K and type a few letters of a name.
    </EmptyState>
  );
}
