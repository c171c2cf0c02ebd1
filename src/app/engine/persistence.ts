/** Saves the experiment on the board in IndexedDB with every change, at most once in a while. When storage is full or blocked the page works on and says so. */
import { SteerboardError, toErrorData, type ErrorCode } from '../../core/errors.js';
import { useCalibration } from '../stores/calibration.js';
import { useDirections } from '../stores/directions.js';
import { useEditor } from '../stores/editor.js';
import { useLens } from '../stores/lens.js';
import { useExperiments } from '../stores/experiments.js';
import { useLimits } from '../stores/limits.js';
import { useFind } from '../stores/find.js';
import { usePrompt } from '../stores/prompt.js';
import { useScan } from '../stores/scan.js';
import { useSession } from '../stores/session.js';
import { clearProblem, reportProblem } from '../stores/status.js';
import { useSweep } from '../stores/sweep.js';
import { useView } from '../stores/view.js';
import { presentRecord } from './experiments/present.js';
import { putExperiment } from './experiments/records.js';
import { salvageSnapshot } from './salvage.js';
import { parseSnapshot, takeSnapshot, type Snapshot } from './snapshot.js';

const spacingMs = 300;

type Saved = 'done' | 'failed' | 'refused';
let saved: Saved | null = null;

/** Saves the experiment on the board as it is now. Resolves to whether it could be. */
export async function saveNow(): Promise<boolean> {
  const record = presentRecord(Date.now());
  if (!record) return true;
  // What could not be read back must not take the place of what can.
  if (!parseSnapshot(record.content.snapshot)) {
    if (saved !== 'refused') reportRefused(record.content.snapshot);
    saved = 'refused';
    return false;
  }
  try {
    const writing = putExperiment(record);
    useExperiments.setState(({ current }) => (current?.id === record.summary.id ? { current: record.summary } : {}));
    await writing;
    if (saved === 'failed' || saved === 'refused') clearProblem('storage');
    saved = 'done';
  } catch {
    if (saved !== 'failed') reportBlocked();
    saved = 'failed';
  }
  return true;
}

/** Before the board is left because the user asked for it: says why not as often as that is refused. */
export async function saveOrSay(): Promise<boolean> {
  const isSaved = await saveNow();
  if (!isSaved) reportRefused(takeSnapshot());
  return isSaved;
}

/** Starts saving. Returns what stops it. */
export function keepSaving(): () => void {
  let timer: number | null = null;
  let dirty = false;
  const save = async (): Promise<void> => {
    dirty = false;
    await saveNow();
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
    useLens.subscribe(soon),
    useScan.subscribe(soon),
    useLimits.subscribe(soon),
    useCalibration.subscribe((now, before) => now.done !== before.done && soon()),
    useSession.subscribe(
      (now, before) =>
        (now.deviceChoice !== before.deviceChoice ||
          now.folder !== before.folder ||
          now.hub !== before.hub ||
          now.hubHost !== before.hubHost) &&
        soon(),
    ),
    useExperiments.subscribe(
      (now, before) =>
        now.current?.id === before.current?.id &&
        (now.outcome !== before.outcome || now.current?.name !== before.current?.name) &&
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

export function reportBlocked(): void {
  report(
    'storage-full',
    'This browser does not let the page save (storage is full or blocked). Everything works on, but save the experiment as a file (“Save file…” in its menu) before you close the page.',
  );
}

/** @param words what is damaged, for people */
export function reportDamaged(words: string): void {
  report(
    'document-invalid',
    `A part of what was saved here is damaged and was put aside: ${words}. The rest is as it was. Set what is missing again, or import it from a file.`,
  );
}

/** Of an experiment that another tab may be writing, so that nothing of it is changed here. */
export function reportDamagedElsewhere(name: string, words: string): void {
  report(
    'document-invalid',
    `A part of “${name}” is damaged and is missing here: ${words}. It is open in another tab, which saves it.`,
  );
}

/** Of an experiment that stays as it is. */
export function reportUnreadableExperiment(name: string): void {
  report(
    'document-invalid',
    `“${name}” cannot be read by this version of the page. It stays saved as it is. Reload the page, in case there is a newer version, or delete it.`,
  );
}

export function reportGone(): void {
  report('file-unreadable', 'This experiment is no longer saved in this browser. Another tab may have deleted it.');
}

/** Of the board of an earlier version. */
export function reportUnreadable(): void {
  report(
    'document-invalid',
    'What was saved here cannot be read by this version. It was put aside and the page starts fresh.',
  );
}

function report(code: ErrorCode, message: string): void {
  reportProblem({ about: 'storage', error: toErrorData(new SteerboardError(code, message)) });
}
