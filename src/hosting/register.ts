/**
 * Registers the service worker of a built site. It gives a plain static host what the page needs: cross-origin
 * isolation, and with it WASM threads, and the page offline after the first visit.
 */

/** `reloading`: the page is about to load again, isolated or newer; start nothing. `ready`: go on. */
export type HostingState = 'ready' | 'reloading';

/** What the page asks its service worker, which answers true or false. */
export type Question = 'read-ahead' | 'take-over-when-alone';

const reloadMark = 'steerboard-reloaded-for-isolation';
const takeOverPatienceMs = 5000;
/** By then the first visit has fetched what it needs, and nothing is fetched twice. */
const readAheadDelayMs = 5000;

/**
 * Call before anything large is loaded, and go on only when it resolves to `ready`. Never rejects: a page that cannot be
 * isolated works with one thread. Does nothing outside production builds and where service workers do not exist.
 */
export async function registerServiceWorker(): Promise<HostingState> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || !window.isSecureContext) return 'ready';
  try {
    const address = new URL('service-worker.js', document.baseURI);
    const registered = navigator.serviceWorker.register(address, { updateViaCache: 'none' });
    registered.catch(() => undefined);
    const known = await navigator.serviceWorker.getRegistration(address);
    if (known && (await takeOverByNewerBuild(known))) return reload();
    setTimeout(() => void prepareOffline(), readAheadDelayMs);
    if (window.crossOriginIsolated) {
      sessionStorage.removeItem(reloadMark);
      return 'ready';
    }
    await registered;
    // One try a visit: where isolation cannot be had (an embedding page, an old browser) a second would go on for ever.
    if (sessionStorage.getItem(reloadMark) !== null) return 'ready';
    if (!(await isControlled())) return 'ready';
    sessionStorage.setItem(reloadMark, 'yes');
    return reload();
  } catch {
    return 'ready';
  }
}

/**
 * Has the service worker fetch what the page needs offline and has not asked for yet. Happens by itself some seconds
 * after {@link registerServiceWorker}. Resolves to whether the page can now go offline.
 */
export async function prepareOffline(): Promise<boolean> {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
  if (worker === null) return false;
  const complete = await ask(worker, 'read-ahead');
  document.documentElement.dataset['offline'] = complete ? 'ready' : 'incomplete';
  return complete;
}

/** The service worker's answer. */
function ask(worker: ServiceWorker, question: Question): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = (event: MessageEvent<boolean>) => resolve(event.data);
    worker.postMessage(question, [port2]);
  });
}

function reload(): HostingState {
  window.location.reload();
  return 'reloading';
}

/** Resolves to whether this page is served by the service worker, waiting for one that is just being installed. */
function isControlled(): Promise<boolean> {
  return changeOfController(() => navigator.serviceWorker.controller !== null);
}

/**
 * A build that waited since the last visit takes over now, when this is its only page. Once it says so the page must not
 * go on with the old build, whose files the new one removes.
 */
async function takeOverByNewerBuild(registration: ServiceWorkerRegistration): Promise<boolean> {
  const { waiting } = registration;
  const old = navigator.serviceWorker.controller;
  if (waiting === null || old === null) return false;
  const silence = new Promise<false>((resolve) => setTimeout(() => resolve(false), takeOverPatienceMs));
  if (!(await Promise.race([ask(waiting, 'take-over-when-alone'), silence]))) return false;
  return changeOfController(() => navigator.serviceWorker.controller !== old);
}

function changeOfController(happened: () => boolean): Promise<boolean> {
  if (happened()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(happened()), takeOverPatienceMs);
    navigator.serviceWorker.addEventListener(
      'controllerchange',
      () => {
        clearTimeout(timer);
        resolve(happened());
      },
      { once: true },
    );
  });
}
