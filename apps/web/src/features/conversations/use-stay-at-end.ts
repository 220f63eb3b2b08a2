import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** For so long after the person went to the end, what still moves is the scrolling from before. */
const RUN_OUT_MS = 500;
/** What a person scrolls with; it ends the time above. */
const INPUTS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

export interface AtEnd {
  /** The end is out of view, and it is not on the way back to it. */
  readonly away: boolean;
  /** Is to be told of each scrolling. */
  readonly noteScroll: () => void;
  readonly goToEnd: () => void;
}

/**
 * Keeps the newest message in view until the person scrolls away from it: a keyboard that comes up, a field that grows,
 * another width, lines that take their own heights and a message that comes move the end, and nothing scrolls then.
 * @param size of what scrolls
 * @param within who comes down so near to the end, in pixels, is at the end
 * @param toEnd goes there
 */
export function useStayAtEnd(
  scroller: RefObject<HTMLElement | null>,
  size: number,
  within: number,
  toEnd: () => void,
): AtEnd {
  const [away, setAway] = useState(false);
  const now = useRef({ staying: true, top: 0, wentAt: Number.NEGATIVE_INFINITY });
  const latest = useRef(toEnd);
  latest.current = toEnd;
  const noteSizes = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    now.current.staying ||= isAtEnd(element, 1);
    if (now.current.staying) latest.current();
    setAway(!now.current.staying && !isAtEnd(element, within));
  }, [scroller, within]);
  const noteScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const state = now.current;
    const up = element.scrollTop < state.top;
    if (isAtEnd(element, 1)) state.staying = true;
    else if (performance.now() - state.wentAt < RUN_OUT_MS) latest.current();
    else if (up) state.staying = false;
    else state.staying ||= isAtEnd(element, within);
    state.top = element.scrollTop;
    setAway(!state.staying && !isAtEnd(element, within));
  }, [scroller, within]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is asked after each change of the size.
  useLayoutEffect(noteSizes, [noteSizes, size]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(noteSizes);
    observer.observe(element);
    const takeOver = () => {
      now.current.wentAt = Number.NEGATIVE_INFINITY;
    };
    for (const input of INPUTS) element.addEventListener(input, takeOver, { passive: true });
    return () => {
      observer.disconnect();
      for (const input of INPUTS) element.removeEventListener(input, takeOver);
    };
  }, [scroller, noteSizes]);
  const goToEnd = useCallback(() => {
    Object.assign(now.current, { staying: true, wentAt: performance.now() });
    setAway(false);
    latest.current();
  }, []);
  return { away, noteScroll, goToEnd };
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement, within: number): boolean {
  return scrollHeight - scrollTop - clientHeight <= within;
}
