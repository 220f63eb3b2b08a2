import type { Conversation, Item } from '@sotto/client/api';
import { useEffect, useRef } from 'react';
import { useAnnounce } from '../../ui/announcer.tsx';
import { nameOfAddress } from '../../ui/words.ts';

const LONGEST_SAID = 200;

/**
 * Says what arrives in the open conversation, for those who listen to the page. What was there before is not said, and
 * nothing of it stays in the page when the conversation is left.
 */
export function useSayArrivals(
  conversation: Conversation | null | undefined,
  items: readonly Item[] | undefined,
): void {
  const announce = useAnnounce();
  const heard = useRef<number | null>(null);
  const last = items?.findLast((item) => !(item.kind === 'message' && item.own));
  const loaded = items !== undefined;
  useEffect(() => () => announce(''), [announce]);
  useEffect(() => {
    if (!loaded) return;
    const before = heard.current;
    heard.current = Math.max(before ?? 0, last?.position ?? 0);
    if (before === null || last === undefined || last.position <= before || conversation?.state !== 'active')
      return;
    const text = last.text.slice(0, LONGEST_SAID);
    announce(last.kind === 'message' ? `${nameOfAddress(last.from)}: ${text}` : text);
  }, [announce, conversation?.state, last, loaded]);
}
