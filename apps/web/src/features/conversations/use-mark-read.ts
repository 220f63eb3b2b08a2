import type { Conversation, Item } from '@sotto/client/api';
import { useEffect, useRef } from 'react';
import { useDevice } from '../../ui/device.tsx';
import { useAttention } from '../../ui/use-attention.ts';
import { newestFromOthers } from './message-rows.ts';

/** Tells the device what was seen: only while the page is in front, and never to a stranger who was not accepted. */
export function useMarkRead(
  conversation: Conversation | null | undefined,
  items: readonly Item[] | undefined,
): void {
  const device = useDevice();
  const attention = useAttention();
  const told = useRef(Number.NEGATIVE_INFINITY);
  const id = conversation?.state === 'active' ? conversation.id : undefined;
  const newest = items === undefined ? null : newestFromOthers(items);
  useEffect(() => {
    if (!attention || id === undefined || newest === null || newest <= told.current) return;
    const before = told.current;
    told.current = newest;
    device.call('markRead', { conversation: id, position: newest }).catch(() => {
      // Not told: the next look at the conversation tells it.
      told.current = before;
    });
  }, [attention, device, id, newest]);
}
