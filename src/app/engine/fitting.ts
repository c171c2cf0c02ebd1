import { isChatKind } from '../../core/chat/contrast.js';
import { isCancelled, SteerboardError, toErrorData } from '../../core/errors.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import { proportionsOf } from '../../core/directions/head-fit.js';
import { finders, readsTexts } from '../../core/directions/index.js';
import type { FitRequest, LoadedModel } from '../../protocol/api.js';
import { changeDirection, fitFor, setFit, useDirections, type DirectionEntry, type Fit } from '../stores/directions.js';
import { useSession } from '../stores/session.js';
import { clearProblem, endTask, reportProblem, reportProgress, startTask } from '../stores/status.js';
import { call } from './connection.js';
import { startingLayer } from './plan.js';
import { sameRecipe } from './recipe.js';

/**
 * Finds a direction, from what the model says to the texts where the method reads any. Rejects with a SteerboardError.
 *
 * @param task by which it can be cancelled
 */
export async function fitDirection(
  name: string,
  how: Omit<FitRequest, 'task'>,
  task: string = crypto.randomUUID(),
): Promise<FittedDirection> {
  const { phase } = useSession.getState();
  if (phase !== 'ready') {
    throw new SteerboardError('worker-died', 'No model is ready yet. Wait until it has loaded, then fit again.');
  }
  startTask({ id: task, label: `Finding ${name || 'the direction'}`, progress: null, cancellable: true });
  try {
    const request = { task, ...how };
    return await call((api) => api.fitDirection(request, (progress) => reportProgress(task, progress)));
  } finally {
    endTask(task);
  }
}

function isOfHeads({ source }: FittedDirection): boolean {
  return finders.some(({ name, needs }) => name === source.method && needs === 'heads');
}

/** Heads are steered together, at all their layers and in the proportions in which they were found; all else begins at one layer. */
function placeOf(direction: FittedDirection): Pick<DirectionEntry, 'layers' | 'layerFactors'> {
  const [first, last] = [direction.layers[0], direction.layers.at(-1)];
  if (isOfHeads(direction) && first && last) {
    return { layers: [first.layer, last.layer], layerFactors: proportionsOf(direction) };
  }
  const layer = startingLayer(direction);
  return { layers: [layer, layer], layerFactors: null };
}

function isPlaced({ layers, layerFactors }: DirectionEntry, place: ReturnType<typeof placeOf>): boolean {
  return JSON.stringify([layers, layerFactors]) === JSON.stringify([place.layers, place.layerFactors]);
}

/**
 * Takes a fit into an entry and, when it never had a layer, applies it at a good layer. A fit of what the entry no longer is
 * found from is dropped: finding may take minutes, and what came meanwhile is newer.
 *
 * @param of the entry as it was when its direction was asked for
 * @returns whether it was taken
 */
export function acceptFit(of: DirectionEntry, direction: FittedDirection): boolean {
  const entry = entryNow(of.id);
  if (!entry || !sameRecipe(entry, of)) return false;
  const before = fitFor(entry, direction.model);
  setFit(of.id, { version: crypto.randomUUID(), direction });
  // Where heads are steered, and how strongly at each layer, comes with the fit until the user changes it.
  const isAsFitted = before !== null && isOfHeads(before) && isPlaced(entry, placeOf(before));
  const isNew = isOfHeads(direction) && !(before && isOfHeads(before));
  if (!entry.layers || isNew || isAsFitted) changeDirection(of.id, placeOf(direction));
  return true;
}

function entryNow(id: string): DirectionEntry | undefined {
  return useDirections.getState().entries.find((entry) => entry.id === id);
}

/** Takes in what a formula gave; applied where its first part is, as that is what the user knows. */
export function acceptCombined(id: string, fit: Fit, firstPart: string | null): void {
  setFit(id, fit);
  const { entries } = useDirections.getState();
  const part = entries.find((entry) => entry.name === firstPart && entry.id !== id);
  const layer = startingLayer(fit.direction);
  changeDirection(id, { layers: part?.layers ?? [layer, layer] });
}

/** Whether an entry says enough to be fitted on any model: what was drawn or imported without texts does not. */
export function canFit({ texts, method }: DirectionEntry): boolean {
  const finder = finders.find(({ name }) => name === method);
  if (!finder || finder.needs === 'drawing') return false;
  return !readsTexts(finder) || texts !== null;
}

/** How many runs of {@link fitMissing} are under way. */
let missing = 0;

/** Whether directions are being found that the board brought without their fits: its texts are not yet those that it gives. */
export function isFindingMissing(): boolean {
  return missing > 0;
}

/** Fits what can be and has no fit for the loaded model. What needs a chat model waits for one. */
export async function fitMissing(): Promise<void> {
  missing++;
  try {
    await fitAllMissing();
  } finally {
    missing--;
  }
}

async function fitAllMissing(): Promise<void> {
  const { loaded } = useSession.getState();
  let failure: unknown = null;
  for (const { id } of useDirections.getState().entries) {
    try {
      // Each as it is when its turn comes, and once more where it changed while it was fitted.
      for (let entry = entryNow(id); entry && lacksFit(entry, loaded); entry = entryNow(id)) {
        if (await fitAgain(entry)) break;
      }
    } catch (error) {
      // One that cannot be fitted here keeps no other from it; a cancelled one means all of them.
      if (isCancelled(error)) return;
      failure = error;
    }
  }
  if (failure) reportProblem({ about: 'fit', error: toErrorData(failure) });
}

function lacksFit(entry: DirectionEntry, loaded: LoadedModel | null): boolean {
  if (!canFit(entry) || fitFor(entry, loaded?.stamp)) return false;
  // A neuron of one model is another neuron of the next.
  const isOfOther = entry.fits.length > 0 && finders.find(({ name }) => name === entry.method)?.ofOneModel;
  return !isOfOther && !(entry.texts && isChatKind(entry.texts.kind) && !loaded?.chat);
}

/** Fits one entry again from what it was made of; a failure is reported. */
export async function fitEntry(entry: DirectionEntry): Promise<void> {
  try {
    if (canFit(entry)) await fitAgain(entry);
    clearProblem('fit');
  } catch (error) {
    if (!isCancelled(error)) reportProblem({ about: 'fit', error: toErrorData(error) });
  }
}

/** Resolves to whether the fit was taken. */
async function fitAgain(entry: DirectionEntry): Promise<boolean> {
  const { texts, method, methodOptions: options, hook } = entry;
  return acceptFit(entry, await fitDirection(entry.name, { texts, method, options, hook }));
}
