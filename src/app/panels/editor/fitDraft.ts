import { isCancelled, toErrorData } from '../../../core/errors.js';
import { readsTexts } from '../../../core/directions/index.js';
import { freeEntry } from '../../engine/entries.js';
import { acceptFit, fitDirection } from '../../engine/fitting.js';
import { addDirection, changeDirection, useDirections } from '../../stores/directions.js';
import { finishDraft, useEditor, type Draft } from '../../stores/editor.js';
import { clearProblem } from '../../stores/status.js';
import { draftProblem, finderOf, optionsOf, textsOf, typedSide } from '../drafts.js';
import { asTyped } from './asTyped.js';

/** Fits the draft; what fails is said in the editor and the texts stay as they are. */
export async function fitDraft(): Promise<void> {
  const { draft, fitting } = useEditor.getState();
  const finder = finderOf(draft.method);
  if (fitting || !finder || draftProblem(draft)) return;
  const texts = readsTexts(finder) ? textsOf(draft) : null;
  const options = optionsOf(finder, draft.methodOptions);
  const { hook } = draft;
  useEditor.setState({ fitting: true, error: null });
  try {
    const direction = await fitDirection(draft.name, { texts, method: finder.name, options, hook });
    const id = entryFor(draft, { texts, method: finder.name, methodOptions: options, hook });
    acceptFit(id, direction);
    clearProblem('fit');
    finishDraft();
  } catch (error) {
    if (!isCancelled(error))
      useEditor.setState({ error: asTyped(toErrorData(error), (side) => typedSide(draft, side)) });
  } finally {
    useEditor.setState({ fitting: false });
  }
}

/** The entry that the draft is of, or a new one; returns its id. */
function entryFor(draft: Draft, how: Omit<Parameters<typeof freeEntry>[0], 'name' | 'opposite'>): string {
  const about = { name: draft.name.trim(), opposite: draft.opposite.trim(), ...how };
  const { entries } = useDirections.getState();
  if (draft.directionId !== null && entries.some((entry) => entry.id === draft.directionId)) {
    // Fits on other models were made from the old texts.
    changeDirection(draft.directionId, { ...about, expression: null, fits: [] });
    return draft.directionId;
  }
  const entry = freeEntry({ ...about, name: about.name || `direction ${entries.length + 1}` });
  addDirection(entry);
  return entry.id;
}
