/** Registers the service worker and tells when a newer version of the app waits. */
import { SERVICE_WORKER_URL, trustedWorkerUrl } from './trusted-urls.ts';

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

function offer(worker: ServiceWorker | null): void {
  // The first worker of a page takes over by itself; only a later one waits.
  if (worker === null || navigator.serviceWorker.controller === null) return;
  waiting = worker;
  for (const listener of listeners) listener();
}

/** Does nothing where the browser has no service workers; a failure only means that the app does not open offline. */
export async function registerServiceWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register(trustedWorkerUrl(SERVICE_WORKER_URL));
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const arriving = registration.installing;
      arriving?.addEventListener('statechange', () => {
        if (arriving.state === 'installed') offer(arriving);
      });
    });
  } catch {
    // Online use is not affected.
  }
}

/** Changes to the newer version: all tabs get it, this one reloads. */
export function applyUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting?.postMessage('activate');
}

export function subscribeUpdate(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function updateIsReady(): boolean {
  return waiting !== null;
}
