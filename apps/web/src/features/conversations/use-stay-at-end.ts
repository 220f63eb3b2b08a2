import { type RefObject, useCallback, useEffect, useRef } from 'react';

/**
 * Keeps the newest message in view where it was: a keyboard that comes up, a field that grows or another width take
 * room away, and nothing scrolls then.
 * @param within so near to the end, in pixels, is at the end
 * @param toEnd goes there
 * @returns what is to be told of each scrolling
 */
export function useStayAtEnd(
  scroller: RefObject<HTMLElement | null>,
  within: number,
  toEnd: () => void,
): () => void {
  const staying = useRef(true);
  const seenHeight = useRef(0);
  const latest = useRef(toEnd);
  latest.current = toEnd;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let frame = 0;
    const goThere = () => {
      if (staying.current) latest.current();
    };
    const observer = new ResizeObserver(() => {
      seenHeight.current = element.clientHeight;
      goThere();
      // Once more when the lines have taken their new heights.
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(goThere);
    });
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [scroller]);
  return useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    // Room that was taken away a moment ago still counts: the person has not gone anywhere, the end has.
    const height = Math.max(element.clientHeight, seenHeight.current);
    staying.current = element.scrollHeight - element.scrollTop - height <= within;
  }, [scroller, within]);
}
