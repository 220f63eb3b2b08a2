/**
 * While the server is away, the device tries by itself with pauses that grow to half a minute. Where somebody looks at
 * the page that is too long: this asks it to try at once when they come back, and every few seconds while they stay.
 */

/** Between two tries while the page is visible, in milliseconds, give or take a quarter: many pages wait for one server. */
const EVERY_MS = 4_000;

/** What is needed of the page. */
export interface Page {
  readonly window: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  readonly document: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & {
    readonly visibilityState: string;
  };
}

/** Calls `tryNow` whenever a try is due, until the returned function is called. */
export function awaitServer(page: Page, tryNow: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const due = (): void => {
    if (page.document.visibilityState === 'visible') tryNow();
    wait();
  };
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(due, EVERY_MS * (0.75 + Math.random() / 2));
  };
  const places = [
    [page.window, 'online'],
    [page.window, 'focus'],
    [page.document, 'visibilitychange'],
  ] as const;
  for (const [target, name] of places) target.addEventListener(name, due);
  wait();
  return () => {
    clearTimeout(timer);
    for (const [target, name] of places) target.removeEventListener(name, due);
  };
}
