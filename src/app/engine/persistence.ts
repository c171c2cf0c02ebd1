/** Saves the stores in IndexedDB with every change, at most once in a while. When storage is full or blocked the page works on and says so. */
import { createStore, del, get, promisifyRequest, update } from 'idb-keyval';
import { SteerboardError, toErrorData, type ErrorCode } from '../../core/errors.js';
import { useDirections } from '../stores/directions.js';
import { useEditor } from '../stores/editor.js';
import { useFind } from '../stores/find.js';
import { usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { clearProblem, reportProblem } from '../stores/status.js';
import { useSweep } from '../stores/sweep.js';
import { useView } from '../stores/view.js';
import { salvageSnapshot } from './salvage.js';
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

/** What was put aside before stays there; the first versions of this page put one snapshot aside, by itself. */
function putAside(damaged: unknown): Promise<void> {
  return update<unknown>(damagedKey, (earlier) => [...[earlier ?? []].flat(), damaged], kept);
}

/**
 * What was saved last, or null on a first visit. What cannot be read of it is put aside, never thrown away, and the rest is
 * there.
 */
export async function loadSnapshot(): Promise<Snapshot | null> {
  let saved: unknown;
  try {
    saved = await get(key, kept);
  } catch {
    reportBlocked();
  }
  if (saved === undefined) return null;
  const snapshot = parseSnapshot(saved);
  if (snapshot) return snapshot;
  const salvage = salvageSnapshot(saved);
  try {
    await putAside(salvage ? salvage.damaged : saved);
    // At once, so that the same is not found damaged again.
    await (salvage ? keep(salvage.snapshot) : del(key, kept));
    report(
      'document-invalid',
      salvage
        ? `A part of what was saved here is damaged and was put aside: ${salvage.words}. The rest is as it was. Set what is missing again, or import it from a file.`
        : 'What was saved here cannot be read by this version. It was put aside and the page starts fresh.',
    );
  } catch {
    reportBlocked();
  }
  return salvage?.snapshot ?? null;
}

/** Starts saving. Returns what stops it. */
export function keepSaving(): () => void {
  let timer: number | null = null;
  let dirty = false;
  let saved: 'done' | 'failed' | 'refused' | null = null;
  const save = async (): Promise<void> => {
    dirty = false;
    const snapshot = takeSnapshot();
    // What could not be read back must not take the place of what can.
    if (!parseSnapshot(snapshot)) {
      if (saved !== 'refused') reportRefused(snapshot);
      saved = 'refused';
      return;
    }
    try {
      await keep(snapshot);
      if (saved === 'failed' || saved === 'refused') clearProblem('storage');
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
    useFind.subscribe((now, before) => now.spec !== before.spec && soon()),
    useView.subscribe(
      (now, before) =>
        (now.plotTab !== before.plotTab ||
          now.plotRow !== before.plotRow ||
          now.layer !== before.layer ||
          now.labTab !== before.labTab ||
          now.measureTab !== before.measureTab ||
          now.plane !== before.plane ||
          now.tourOffered !== before.tourOffered) &&
        soon(),
    ),
    useSweep.subscribe((now, before) => now.spec !== before.spec && soon()),
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

function reportRefused(snapshot: Snapshot): void {
  const words = salvageSnapshot(snapshot)?.words ?? 'its form';
  report(
    'document-invalid',
    `The board is not saved now, since it holds what could not be read back: ${words}. What was saved last is kept. Undo the last change, or export your directions before you close the page.`,
  );
}

function reportBlocked(): void {
  report(
    'storage-full',
    'This browser does not let the page save (storage is full or blocked). Everything works on, but export your directions before you close it.',
  );
}

function report(code: ErrorCode, message: string): void {
  reportProblem({ about: 'storage', error: toErrorData(new SteerboardError(code, message)) });
}
