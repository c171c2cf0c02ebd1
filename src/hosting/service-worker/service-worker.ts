/**
 * Serves the build from the browser's cache (the page works offline after the first visit) and adds the headers of
 * cross-origin isolation to everything it serves.
 *
 * A first visit is taken over at once, so that the page can reload into isolation before it loads anything large.
 * A new build waits until it is the only one that asks: pages of the old build still load parts by the old names.
 */
import { BuildFiles } from './files.js';
import { withIsolation } from './headers.js';
import type { BuildManifest } from './manifest.js';

declare const self: ServiceWorkerGlobalScope;
declare const __BUILD_MANIFEST__: BuildManifest;

const manifest = __BUILD_MANIFEST__;
const files = new BuildFiles(manifest, self.registration.scope);

self.addEventListener('install', (event) => {
  const isUpdate = self.registration.active !== null;
  event.waitUntil(isUpdate ? files.readAhead() : self.skipWaiting());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(files.removeOutdated().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || request.headers.has('range')) return;
  if (new URL(request.url).origin !== self.location.origin) return;
  const path = files.pathOf(request.url);
  if (path === null) {
    const answer = fetch(request).then((response) => withIsolation(response, manifest.contentSecurityPolicy));
    event.respondWith(answer);
    return;
  }
  const { response, kept } = files.read(path);
  event.respondWith(response);
  event.waitUntil(kept);
});

/** Whether the page can go offline. */
function readAhead(): Promise<boolean> {
  return files.readAhead().then(
    () => true,
    () => false,
  );
}

/** Whether this build takes over; it begins to before the answer. */
async function takeOverWhenAlone(): Promise<boolean> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (pages.length > 1) return false;
  void self.skipWaiting();
  return true;
}

const answers = new Map<unknown, () => Promise<boolean>>([
  ['read-ahead', readAhead],
  ['take-over-when-alone', takeOverWhenAlone],
]);

self.addEventListener('message', (event) => {
  const answer = answers.get(event.data);
  if (answer) event.waitUntil(answer().then((value) => event.ports[0]?.postMessage(value)));
});
