/** The end of commands that run until somebody ends them. */
import type { Terminal } from './terminal.ts';

/**
 * Aborts on Ctrl-C, on SIGTERM, and when nobody reads the output any more. A second signal ends the program at once,
 * as it would have without this.
 */
export function endingSignal(terminal: Terminal): AbortSignal {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
  return AbortSignal.any([controller.signal, terminal.gone]);
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
