/** An experiment as a document that can be given away, and back. */
import {
  experimentFormat,
  experimentVersion,
  type Circumstances,
  type ExperimentDirection,
  type ExperimentDocument,
} from '../../../core/experiments/index.js';
import { finders } from '../../../core/directions/index.js';
import { SteerboardError } from '../../../core/errors.js';
import type { ModelStamp } from '../../../core/model.js';
import { fitFor, type DirectionEntry } from '../../stores/directions.js';
import { useSession } from '../../stores/session.js';
import { combiningProblem, isOfPartsHere } from '../combining.js';
import { canFit } from '../fitting.js';
import { freeNames } from '../names.js';
import { freshSnapshot, parseSnapshot, type Snapshot } from '../snapshot.js';
import type { Content } from './content.js';
import type { Measured } from './measured.js';
import { documentedOf, measuredIn } from './measuredSharing.js';

type Entry = Snapshot['directions']['entries'][number];

/**
 * @param here what the board's texts would be written with now; null of one that is not on the board
 * @param lean leaves out the vectors of directions that are found again from what is said of them, and those of other models than
 *   the one that wrote the texts
 * @param measured what goes along of what was measured
 */
export function documentOf(
  name: string,
  content: Content,
  here: Circumstances | null,
  lean: boolean,
  measured: Measured | null = null,
): ExperimentDocument {
  const { snapshot, isOfBoard } = content;
  const outcome = isOfBoard ? content.outcome : null;
  const { entries, selectedId, steerSpecialTokens } = snapshot.directions;
  const before = content.outcome?.made;
  // Older texts may be of a model that the experiment has left.
  const made = before && (isOfBoard || isPlaceOf(before, snapshot.session)) ? before : here;
  const { prompt, view, chat, sampling } = snapshot.prompt;
  const selected = entries.findIndex(({ id }) => id === selectedId);
  const document = {
    format: experimentFormat,
    version: experimentVersion,
    name: name.slice(0, 200) || 'Experiment',
    made,
    directions: entries.map((entry) => directionOf(entry, entries, made, lean)),
    selected: selected < 0 ? null : selected,
    steerSpecialTokens,
    prompt: { text: prompt, view, chat },
    sampling,
    limits: snapshot.limits,
    outcome: outcome && { baseline: outcome.baseline, steered: outcome.steered, figures: outcome.figures },
    ...documentedOf(
      measured,
      snapshot.sweep,
      entries.map(({ id }) => id),
    ),
  };
  return document as ExperimentDocument; // readonly here, mutable in zod's types
}

/** Whether a choice of model is the model of these circumstances. */
function isPlaceOf({ place, model }: Circumstances, { hub, folder, bundledId }: Snapshot['session']): boolean {
  if (place.kind === 'hub')
    return hub !== null && (['id', 'revision', 'host'] as const).every((key) => place[key] === hub[key]) && model.dtype === hub.dtype; // prettier-ignore
  if (place.kind === 'folder') return hub === null && place.name === folder;
  return hub === null && folder === null && place.id === bundledId;
}

function directionOf(
  entry: Entry,
  entries: readonly Entry[],
  made: Circumstances | null,
  lean: boolean,
): ExperimentDirection {
  const { id: _, fits, secondId, condition, ...rest } = entry;
  const placeOf = (id: string | null | undefined): number | null => {
    const at = entries.findIndex((other) => other.id === id);
    return at < 0 ? null : at;
  };
  const read = placeOf(condition?.directionId);
  const { directionId: __, ...figures } = condition ?? { directionId: '' };
  const stamp = made?.model;
  // Without a model nothing says which are found again.
  const kept =
    !lean || !stamp
      ? fits
      : isFoundAgain(entry as DirectionEntry, entries as readonly DirectionEntry[], stamp)
        ? []
        : fits.filter(({ direction }) => direction.model.id === stamp.id);
  return {
    ...rest,
    name: entry.name.slice(0, 200),
    opposite: entry.opposite.slice(0, 200),
    fits: kept.map(({ direction }) => direction),
    second: placeOf(secondId),
    // One whose direction is gone does nothing here, so it must not act there either.
    enabled: entry.enabled && (condition === null || read !== null),
    condition:
      condition && read !== null ? { ...(figures as Omit<typeof condition, 'directionId'>), direction: read } : null,
  } as ExperimentDirection;
}

/** Whether a direction's fit comes out again, on its model, from what is said of it. */
export function isFoundAgain(entry: DirectionEntry, entries: readonly DirectionEntry[], stamp: ModelStamp): boolean {
  if (!fitFor(entry, stamp)) return true;
  if (entry.expression !== null)
    return combiningProblem(entry, entries, stamp) === null && isOfPartsHere(entry, entries, stamp);
  const finder = finders.find(({ name }) => name === entry.method);
  // A dictionary is only where it was imported, a neuron of one model is another neuron of the next, and where heads are steered
  // comes with their fit.
  return canFit(entry) && finder !== undefined && !['dictionary', 'heads'].includes(finder.needs) && !finder.ofOneModel;
}

/**
 * A document as a board of this page. Ids are made anew, names are told apart, what is not known is dropped; the model is
 * only named, and nothing that the document says is asked of any server.
 *
 * @throws SteerboardError `document-invalid`
 */
export function contentOf(document: ExperimentDocument): Content & { readonly measured: Measured } {
  const fresh = freshSnapshot();
  const ids = document.directions.map(() => crypto.randomUUID() as string);
  const names = freeNames(document.directions.map(({ name }) => name), []); // prettier-ignore
  const idOf = (at: number | null): string | null => (at === null ? null : (ids[at] ?? null));
  const { text, view, chat } = document.prompt;
  const { measured, spec } = measuredIn(document, ids);
  const snapshot = parseSnapshot({
    ...fresh,
    prompt: { ...fresh.prompt, prompt: text, view, chat, sampling: document.sampling },
    directions: {
      entries: document.directions.map(({ second, condition, fits, ...rest }, at) => ({
        ...rest,
        id: ids[at],
        name: names[at],
        fits: fits.map((direction) => ({ version: crypto.randomUUID(), direction })),
        secondId: idOf(second),
        condition: condition && { ...condition, directionId: idOf(condition.direction) },
        expression: rest.expression,
      })),
      selectedId: idOf(document.selected) ?? ids.at(-1) ?? null,
      steerSpecialTokens: document.steerSpecialTokens,
    },
    session: sessionOf(document.made),
    limits: document.limits,
    sweep: spec ?? fresh.sweep,
  });
  if (!snapshot)
    throw new SteerboardError(
      'document-invalid',
      'This experiment cannot be opened: its directions do not fit together. Ask for it again.',
    );
  const { made, outcome } = document;
  return { snapshot, outcome: made && outcome ? { made, ...outcome } : null, isOfBoard: true, measured };
}

/** Only names a model; what is bundled is what this page brings. */
function sessionOf(made: Circumstances | null): Snapshot['session'] {
  const { deviceChoice, bundledId, hubHost } = useSession.getState();
  const session = { deviceChoice, bundledId, hubHost, folder: null, hub: null };
  if (made?.place.kind === 'folder') return { ...session, folder: made.place.name };
  if (made?.place.kind !== 'hub') return session;
  const { id, revision, host } = made.place;
  return { ...session, hub: { id, revision, host, dtype: made.model.dtype } };
}
