import type { Item } from '@sotto/client/api';
import { useCallback, useRef, useState } from 'react';
import { useLive } from '../../ui/device.tsx';

const PAGE = 60;

/**
 * The lines of a conversation, and `older()` to ask for more of them. While a longer page is on its way the shorter
 * one stays, so that the list never empties. Undefined before the first page.
 */
export function useItems(conversation: string): {
  items: readonly Item[] | undefined;
  more: boolean;
  older: () => void;
} {
  const [limit, setLimit] = useState(PAGE);
  const live = useLive('items', { conversation, limit });
  const kept = useRef(live);
  if (live !== undefined) kept.current = live;
  const arrived = live !== undefined;
  const older = useCallback(() => {
    if (arrived) setLimit((last) => last + PAGE);
  }, [arrived]);
  return { items: kept.current?.items, more: kept.current?.more ?? false, older };
}
