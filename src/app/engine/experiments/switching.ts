/** Goes from one experiment to another. The one that is left is saved first; one that cannot be saved is not left. */
import { happySad } from '../../presets/happySad.js';
import { useExperiments, type ExperimentSummary, type Reproduction } from '../../stores/experiments.js';
import { useSession } from '../../stores/session.js';
import { useView } from '../../stores/view.js';
import { freeEntry } from '../entries.js';
import { fitMissing } from '../fitting.js';
import { beginHistoryAnew } from '../history.js';
import { reportGone, saveNow, saveOrSay } from '../persistence.js';
import { regenerate } from '../regeneration.js';
import { applyBoard, freshSnapshot, type Snapshot } from '../snapshot.js';
import { copyOf, freshSummary, loadContent, openElsewhere } from './beginning.js';
import type { Content } from './content.js';
import { bringMeasured, copyOfMeasured, dropMeasured, type Measured } from './measured.js';
import { saveMeasured } from './measuredKeeping.js';
import { measuredFor } from './measuredLoading.js';
import { allMeasured, putBackMeasured } from './measuredRecords.js';
import { forgetWritten, markWritten } from './measuredWritten.js';
import { cancelModelOf, isModelOpen, openModelOf } from './models.js';
import { takeOutcomeNow } from './outcome.js';
import { own, whileFree } from './ownership.js';
import { beginPresent, isUnsavedCopy, settleModel, settlePresent } from './present.js';
import {
  getExperiment,
  listExperiments,
  putExperiment,
  removeExperiment,
  renameExperiment,
  type ExperimentRecord,
} from './records.js';

let lastDeleted: (ExperimentRecord & { readonly measured: Awaited<ReturnType<typeof allMeasured>> }) | null = null;
/** How often the board was given to an experiment. */
let shown = 0;

/** Reads anew what there is; other tabs may have changed it. */
export async function refreshList(): Promise<void> {
  useExperiments.setState({ list: await listExperiments() });
}

/** Begins one as on a first visit, with the model that is open. */
export async function newExperiment(): Promise<void> {
  if (!(await saveOrSay())) return;
  const snapshot = snapshotOfNew();
  await show(freshSummary(await listExperiments()), { snapshot, outcome: null, isOfBoard: false });
}

function snapshotOfNew(): Snapshot {
  const fresh = freshSnapshot();
  const entry = freeEntry(happySad, []) as Snapshot['directions']['entries'][number];
  return {
    ...fresh,
    directions: { ...fresh.directions, entries: [entry], selectedId: entry.id },
    session: sessionNow(),
  };
}

function sessionNow(): Snapshot['session'] {
  const { deviceChoice, bundledId, folder, hub, hubHost } = useSession.getState();
  return { deviceChoice, bundledId, folder, hub, hubHost };
}

/** Goes on with a copy of the one on the board; the one it is a copy of stays as it is. */
export async function duplicate(id: string): Promise<void> {
  if (!(await saveOrSay())) return;
  const loaded = await loadOrSay(id);
  if (!loaded) return;
  const measured = copyOfMeasured(loaded.measured);
  await show(copyOf(loaded.summary, loaded.list), loaded.content, { measured });
}

/** Opens one that is saved here. */
export async function switchTo(id: string): Promise<void> {
  if (useExperiments.getState().current?.id === id || !(await saveOrSay())) return;
  const loaded = await loadOrSay(id);
  if (!loaded) return;
  const { content, summary, list, measured, read } = loaded;
  if (await own(id)) {
    await show(summary, content, { measured, read });
  } else {
    const copy = copyOf(summary, list);
    await show(copy, content, { isCopy: true, measured: copyOfMeasured(measured) });
    useExperiments.setState(({ notes }) => ({ notes: [openElsewhere(summary.name, copy.name), ...notes] }));
  }
}

/** Null where it is gone or cannot be read, which is reported. */
async function loadOrSay(id: string) {
  const content = await loadContent(id);
  const list = await listExperiments();
  const summary = list.find((other) => other.id === id);
  if (content && summary) return { content, summary, list, ...(await measuredFor(id)) };
  if (!summary) reportGone();
  await refreshList();
  return null;
}

interface Shown {
  readonly isCopy?: boolean;
  readonly reproduction?: Reproduction;
  readonly measured?: Measured;
  /** What of it was read from where it is saved. */
  readonly read?: Partial<Measured>;
}

/** Puts an experiment on the board, with its model where that is here, and saves it. */
export async function show(
  summary: ExperimentSummary,
  { snapshot, outcome, isOfBoard }: Content,
  how: Shown = {},
): Promise<void> {
  await own(summary.id);
  const session = isModelOpen(snapshot.session) ? null : snapshot.session;
  // What was changed on the one that is left while this one was looked for. It is written before the board is another.
  void saveNow();
  // Its model would take the place of the one that is shown now.
  cancelModelOf();
  const turn = ++shown;
  const isOnBoard = (): boolean => turn === shown;
  const left = useExperiments.getState().current?.id ?? null;
  // A copy that nothing was changed of is not saved, and its results are those of the other.
  const isLeftKept = !isUnsavedCopy();
  beginHistoryAnew(() => {
    beginPresent(summary, outcome, { isCopy: how.isCopy ?? false, session });
    // Whether the tour was offered is the page's, whatever is on its board.
    const { tourOffered } = useView.getState();
    applyBoard({ ...snapshot, view: { ...snapshot.view, tourOffered } });
    bringMeasured(isLeftKept ? left : null, summary.id, how.measured ?? null);
    if (how.read) markWritten(summary.id, how.read);
    settlePresent(isOfBoard);
    useExperiments.setState({ reproduction: how.reproduction ?? null });
  });
  await saveNow();
  void saveMeasured();
  await refreshList();
  if (!isOnBoard()) return;
  regenerate();
  const isOpened = session !== null && (await openModelOf(session, isOnBoard));
  if (!isOnBoard()) return;
  settleModel(isOpened);
  // A model that is opened asks for them itself.
  if (!isOpened && useSession.getState().phase === 'ready') await fitMissing();
  // Where nothing had to be written again, nothing else says so; nor that another board's texts, by now, waited for this one's fits.
  takeOutcomeNow();
}

/** @returns null when it is done; else why not, for people */
export async function rename(id: string, typed: string): Promise<string | null> {
  const name = typed.trim().slice(0, 80);
  const { current } = useExperiments.getState();
  if (name === '') return 'A name needs a letter at least.';
  if (current?.id === id) {
    useExperiments.setState({ current: { ...current, name } });
    await saveNow();
  } else {
    const record = await getExperiment(id).catch(() => null);
    const free = await whileFree(id, async () => {
      if (record) await renameExperiment({ ...record.summary, name });
    });
    if (!free) return elsewhere(record?.summary.name ?? typed, 'Rename it there.');
  }
  await refreshList();
  return null;
}

/** Deletes one; {@link undoDelete} brings the last one back. @returns as {@link rename} */
export async function deleteExperiment(id: string): Promise<string | null> {
  const refusal = 'What is on the board cannot be saved now, which is said above. Undo the last change first.';
  if (!(await saveOrSay())) return refusal;
  const record = await getExperiment(id).catch(() => null);
  if (!record) return null;
  const isOnBoard = (): boolean => useExperiments.getState().current?.id === id;
  // Those that cannot be read stay closed.
  for (const next of isOnBoard() ? await listExperiments() : []) {
    if (next.id !== id && isOnBoard()) await switchTo(next.id);
  }
  if (isOnBoard()) await newExperiment();
  if (isOnBoard()) return refusal;
  await saveMeasured();
  const measured = await allMeasured(id).catch(() => []);
  const free = await whileFree(id, async () => {
    // Nothing of it is saved again.
    dropMeasured(id);
    forgetWritten(id);
    await removeExperiment(id).catch(() => undefined);
  });
  if (!free) return elsewhere(record.summary.name, 'Close it there first.');
  lastDeleted = { ...record, measured };
  useExperiments.setState(({ compared }) => ({
    deleted: record.summary,
    compared: compared.filter((other) => other !== id),
  }));
  await refreshList();
  return null;
}

export async function undoDelete(): Promise<void> {
  if (!lastDeleted) return;
  // Where the browser refuses to save, it is kept in memory like any other.
  const { measured, ...record } = lastDeleted;
  await putExperiment(record).catch(() => undefined);
  await putBackMeasured(measured).catch(() => undefined);
  lastDeleted = null;
  useExperiments.setState({ deleted: null });
  await refreshList();
}

function elsewhere(name: string, advice: string): string {
  return `“${name}” is open in another tab. ${advice}`;
}
