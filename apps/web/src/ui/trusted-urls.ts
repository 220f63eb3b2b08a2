/**
 * The one Trusted Types policy of the page. It lets through the addresses of our two workers and nothing else; the
 * page's Content-Security-Policy names it, so no other policy can be made. Where the browser has no Trusted Types,
 * the same check runs without them.
 */
import deviceUrl from '../workers/device.ts?worker&url';

export const SERVICE_WORKER_URL = '/sw.js';
export const DEVICE_WORKER_URL: string = deviceUrl;

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

function allowOwnWorkers(url: string): string {
  if (url === DEVICE_WORKER_URL || url === SERVICE_WORKER_URL) return url;
  throw new TypeError('Only the workers of the app may be started.');
}

const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
const policy = policies?.createPolicy('sotto-worker', { createScriptURL: allowOwnWorkers });

/** What `new Worker` and `register` take. Throws a TypeError for any other address. */
export function trustedWorkerUrl(url: string): string {
  return policy === undefined ? allowOwnWorkers(url) : policy.createScriptURL(url);
}
