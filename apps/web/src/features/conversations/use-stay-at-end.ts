import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** For so long after the person went to the end, what still moves is the scrolling from before. */
const RUN_OUT_MS = 500;

export interface AtEnd {
  /** The newest message is in view, or about to be. */
  readonly staying: boolean;
  /** Is to be told of each scrolling. */
  readonly noteScroll: () => void;
  readonly goToEnd: () => void;
}

/**
 * Keeps the newest message in view until the person scrolls away from it: a keyboard that comes up, a field that grows,
 * another width, lines that take their own heights and a message that comes move the end, and nothing scrolls then.
 * @param content what scrolls inside of `scroller`
 * @param within so near to the end, in pixels, is at the end
 * @param toEnd goes there
 */
export function useStayAtEnd(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  within: number,
  toEnd: () => void,
): AtEnd {
  const [staying, setStaying] = useState(true);
  const now = useRef({ staying: true, top: 0, wentAt: Number.NEGATIVE_INFINITY });
  const latest = useRef(toEnd);
  latest.current = toEnd;
  const stay = useCallback((value: boolean) => {
    now.current.staying = value;
    setStaying(value);
  }, []);
  const noteScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const runsOut = performance.now() - now.current.wentAt < RUN_OUT_MS;
    if (runsOut && !isAtEnd(element, 1)) latest.current();
    else if (isAtEnd(element, within)) stay(true);
    else if (element.scrollTop < now.current.top) stay(false);
    now.current.top = element.scrollTop;
  }, [scroller, within, stay]);
  useEffect(() => {
    const [outer, inner] = [scroller.current, content.current];
    if (outer === null || inner === null) return undefined;
    const observer = new ResizeObserver(() => {
      if (now.current.staying) latest.current();
      else if (isAtEnd(outer, within)) stay(true);
    });
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, [scroller, content, within, stay]);
  const goToEnd = useCallback(() => {
    now.current.wentAt = performance.now();
    stay(true);
    latest.current();
  }, [stay]);
  return { staying, noteScroll, goToEnd };
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement, within: number): boolean {
  return scrollHeight - scrollTop - clientHeight <= within;
}
