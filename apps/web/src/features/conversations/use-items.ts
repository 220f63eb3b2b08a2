import type { Item } from '@sotto/client/api';
import { useCallback, useRef, useState } from 'react';
import { useLive } from '../../ui/device.tsx';

const PAGE = 60;

/**
 * The lines of a conversation, and `older()` to ask for more of them. What was shown stays shown: new lines only add to
 * it, and while a longer page is on its way the shorter one stays. Undefined before the first page.
 */
export function useItems(conversation: string): {
  items: readonly Item[] | undefined;
  more: boolean;
  older: () => void;
} {
  const [limit, setLimit] = useState(PAGE);
  const live = useLive('items', { conversation, limit, hold: true });
  const kept = useRef(live);
  if (live !== undefined) kept.current = live;
  const count = live?.items.length;
  const older = useCallback(() => {
    if (count !== undefined) setLimit(count + PAGE);
  }, [count]);
  return { items: kept.current?.items, more: kept.current?.more ?? false, older };
}
