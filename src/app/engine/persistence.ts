/** Saves the stores in IndexedDB a moment after a change. When storage is full or blocked the page works on and says so. */
import { get, set } from 'idb-keyval';
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
const delayMs = 300;

/** What was saved last, or null on a first visit. What cannot be read is put aside, never thrown away. */
export async function loadSnapshot(): Promise<Snapshot | null> {
  try {
    const saved: unknown = await get(key);
    if (saved === undefined) return null;
    const snapshot = parseSnapshot(saved);
    if (snapshot) return snapshot;
    await set(damagedKey, saved);
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
  let saved: string | null = null;
  const save = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    try {
      await set(key, takeSnapshot());
      if (saved === 'failed') clearProblem('storage');
      saved = 'done';
    } catch {
      if (saved !== 'failed') reportBlocked();
      saved = 'failed';
    }
  };
  const soon = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = window.setTimeout(() => void save(), delayMs);
  };
  const leave = (): void => {
    if (timer !== null) void save();
  };
  const stops = [
    usePrompt.subscribe(soon),
    useDirections.subscribe(soon),
    useEditor.subscribe((now, before) => (now.draft !== before.draft || now.open !== before.open) && soon()),
    useView.subscribe(
      (now, before) =>
        (now.plotTab !== before.plotTab || now.plotRow !== before.plotRow || now.layer !== before.layer) && soon(),
    ),
    useSession.subscribe(
      (now, before) => (now.deviceChoice !== before.deviceChoice || now.folder !== before.folder) && soon(),
    ),
  ];
  document.addEventListener('visibilitychange', leave);
  window.addEventListener('pagehide', leave);
  return () => {
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
