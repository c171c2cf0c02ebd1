/** Saves the stores in IndexedDB with every change, at most once in a while. When storage is full or blocked the page works on and says so. */
import { createStore, get, promisifyRequest, set } from 'idb-keyval';
import { SteerboardError, toErrorData } from '../../core/errors.js';
import { useDirections } from '../stores/directions.js';
import { useEditor } from '../stores/editor.js';
import { usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { clearProblem, reportProblem } from '../stores/status.js';
import { useView } from '../stores/view.js';
import { parseSnapshot, takeSnapshot, type Snapshot } from './snapshot.js';

const key = 'steerboard';
const damagedKey = 'steerboard-damaged';
const spacingMs = 300;
const kept = createStore('keyval-store', 'keyval');

/** Commits at once: what a page that is being closed leaves to the automatic commit is lost with it. */
function keep(snapshot: Snapshot): Promise<void> {
  return kept('readwrite', (store) => {
    store.put(snapshot, key);
    store.transaction.commit();
    return promisifyRequest(store.transaction);
  });
}

/** What was saved last, or null on a first visit. What cannot be read is put aside, never thrown away. */
export async function loadSnapshot(): Promise<Snapshot | null> {
  try {
    const saved: unknown = await get(key, kept);
    if (saved === undefined) return null;
    const snapshot = parseSnapshot(saved);
    if (snapshot) return snapshot;
    await set(damagedKey, saved, kept);
    const message = 'What was saved here cannot be read by this version. It was put aside and the page starts fresh.';
    reportProblem({ about: 'storage', error: toErrorData(new SteerboardError('document-invalid', message)) });
  } catch {
    reportBlocked();
  }
  return null;
}

/** Starts saving. Returns what stops it. */
export function keepSaving(): () => void {
  let timer: number | null = null;
  let dirty = false;
  let saved: string | null = null;
  const save = async (): Promise<void> => {
    dirty = false;
    try {
      await keep(takeSnapshot());
      if (saved === 'failed') clearProblem('storage');
      saved = 'done';
    } catch {
      if (saved !== 'failed') reportBlocked();
      saved = 'failed';
    }
  };
  const soon = (): void => {
    dirty = true;
    if (timer !== null) return;
    // The first change is saved when its event is over, those that follow close behind it together.
    queueMicrotask(() => void save());
    timer = window.setTimeout(() => {
      timer = null;
      if (dirty) soon();
    }, spacingMs);
  };
  const leave = (): void => {
    if (dirty) void save();
  };
  const stops = [
    usePrompt.subscribe(soon),
    useDirections.subscribe(soon),
    useEditor.subscribe(
      (now, past) => (now.draft !== past.draft || now.open !== past.open || now.before !== past.before) && soon(),
    ),
    useView.subscribe(
      (now, before) =>
        (now.plotTab !== before.plotTab ||
          now.plotRow !== before.plotRow ||
          now.layer !== before.layer ||
          now.labTab !== before.labTab ||
          now.plane !== before.plane) &&
        soon(),
    ),
    useSession.subscribe(
      (now, before) =>
        (now.deviceChoice !== before.deviceChoice ||
          now.folder !== before.folder ||
          now.hub !== before.hub ||
          now.hubHost !== before.hubHost) &&
        soon(),
    ),
  ];
  document.addEventListener('visibilitychange', leave);
  window.addEventListener('pagehide', leave);
  return () => {
    if (timer !== null) clearTimeout(timer);
    for (const stop of stops) stop();
    document.removeEventListener('visibilitychange', leave);
    window.removeEventListener('pagehide', leave);
  };
}

function reportBlocked(): void {
  const message =
    'This browser does not let the page save (storage is full or blocked). Everything works on, but export your directions before you close it.';
  reportProblem({ about: 'storage', error: toErrorData(new SteerboardError('storage-full', message)) });
}
