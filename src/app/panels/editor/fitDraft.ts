import { readsTexts } from '../../../core/directions/index.js';
import { isCancelled, toErrorData, type ErrorData } from '../../../core/errors.js';
import { addedEntry } from '../../engine/entries.js';
import { acceptFit, fitDirection } from '../../engine/fitting.js';
import { addDirection, changeDirection, useDirections, type DirectionEntry } from '../../stores/directions.js';
import { finishDraft, isStillOf, useEditor, type Draft, type Editor } from '../../stores/editor.js';
import { clearProblem, reportProblem } from '../../stores/status.js';
import { draftProblem, finderOf, optionsOf, textsOf, typedSide } from '../drafts.js';
import { asTyped } from './asTyped.js';

/** Fits the draft; what fails is said in the editor and the texts stay as they are. */
export async function fitDraft(): Promise<void> {
  const editor = useEditor.getState();
  const { draft } = editor;
  const finder = finderOf(draft.method);
  if (editor.fitting !== null || !finder || draftProblem(draft)) return;
  const texts = readsTexts(finder) ? textsOf(draft) : null;
  const options = optionsOf(finder, draft.methodOptions);
  const { hook } = draft;
  const task = crypto.randomUUID();
  useEditor.setState({ fitting: task, error: null });
  try {
    const direction = await fitDirection(draft.name, { texts, method: finder.name, options, hook }, task);
    const entry = entryFor(draft, { texts, method: finder.name, methodOptions: options, hook });
    acceptFit(entry, direction);
    clearProblem('fit');
    finishDraft(editor, entry.id);
  } catch (error) {
    if (!isCancelled(error)) sayWhy(toErrorData(error), editor);
  } finally {
    useEditor.setState({ fitting: null });
  }
}

/** In the editor, unless it shows another draft by now. */
function sayWhy(error: ErrorData, fitted: Editor): void {
  const typed = asTyped(error, (side) => typedSide(fitted.draft, side));
  if (isStillOf(fitted)) useEditor.setState({ error: typed });
  else reportProblem({ about: 'fit', error: typed });
}

/** The entry that the draft is of, as the draft has it, or a new one. */
function entryFor(draft: Draft, how: Omit<Parameters<typeof addedEntry>[0], 'name' | 'opposite'>): DirectionEntry {
  const about = { name: draft.name.trim(), opposite: draft.opposite.trim(), ...how };
  const { entries } = useDirections.getState();
  const edited = entries.find((entry) => entry.id === draft.directionId);
  if (edited) {
    // Fits on other models were made from the old texts.
    // Layers and curve of heads came with their fit.
    const leavesHeads = finderOf(edited.method)?.needs === 'heads' && edited.method !== how.method;
    const place = leavesHeads ? { layers: null, layerFactors: null } : {};
    const change = { ...about, ...place, expression: null, fits: [] };
    changeDirection(edited.id, change);
    return { ...edited, ...change };
  }
  const entry = addedEntry({ ...about, name: about.name || `direction ${entries.length + 1}` });
  addDirection(entry);
  return entry;
}
