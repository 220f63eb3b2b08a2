/**
 * The service worker: keeps the files of the app, so that it opens without a connection, but for the words by which new
 * passwords are judged (build/precache.ts). It keeps nothing else; what the server answers under /api is never seen by
 * it. A new version waits until the person reloads or closes the app.
 */

/** Filled in by build/precache.ts. */
declare const __PRECACHE__: { readonly version: string; readonly files: readonly string[] };
declare const self: ServiceWorkerGlobalScope;

const precache = __PRECACHE__;
const CACHE = `sotto-${precache.version}`;
const INDEX = '/index.html';
const FILES = new Set(precache.files);
/** What belongs to the server, also when it is opened as a page. */
const SERVER = /^\/(api|docs|metrics|health)(\/|$)/;

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(precache.files.map((file) => new Request(file, { cache: 'reload' })));
}

async function dropOlder(): Promise<void> {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith('sotto-') && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/**
 * The kept file that answers `request`, or undefined where the network must: a page is the app, unless it is opened at the
 * address of a file.
 */
function keptFile(request: Request): string | undefined {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || SERVER.test(pathname)) return undefined;
  if (FILES.has(pathname)) return pathname;
  return request.mode === 'navigate' ? INDEX : undefined;
}

async function answer(request: Request, file: string): Promise<Response> {
  const kept = await caches.match(file, { cacheName: CACHE });
  return kept ?? (await fetch(request));
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(dropOlder()));
self.addEventListener('message', (event) => {
  if (event.data === 'activate') event.waitUntil(self.skipWaiting());
});
self.addEventListener('fetch', (event) => {
  const file = keptFile(event.request);
  if (file !== undefined) event.respondWith(answer(event.request, file));
});

export type {};
