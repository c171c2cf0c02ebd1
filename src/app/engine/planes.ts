/** The plane of the lab: of what it is, and asking the worker for it. */
import type { ContrastTexts } from '../../core/directions/direction.js';
import { toErrorData } from '../../core/errors.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { LoadedModel, PlaneAxes } from '../../protocol/api.js';
import { fitEntryFor, selectedEntry, type DirectionEntry, type Directions, type Fit } from '../stores/directions.js';
import { keepPlane, usePlane } from '../stores/plane.js';
import type { PlaneChoice } from '../stores/view.js';
import { refreshReadouts } from './comparison.js';
import { call, cancelTask } from './connection.js';
import { spanOn } from './plan.js';

/** A plane that can be asked for. */
export interface WantedPlane {
  readonly key: string;
  readonly epoch: number;
  readonly hook: HookName;
  readonly layer: number;
  readonly texts: ContrastTexts | null;
  readonly axes: PlaneAxes;
  /** The direction that the plane is of. */
  readonly subject: DirectionEntry;
  /** What the axes are, for people. */
  readonly names: readonly [string, string];
}

/** Why there is no plane to ask for, and what to do. */
export interface NoPlane {
  readonly missing: string;
  /** The layer that would be shown, once there is one. */
  readonly layer: number | null;
}

/** The selected direction; of a drawn one, the one in whose plane it was drawn, as long as it is there. */
export function subjectOf(directions: Directions): DirectionEntry | null {
  const entry = selectedEntry(directions);
  if (entry?.method !== 'drawn') return entry;
  return directions.entries.find(({ id }) => id === entry.methodOptions['of']) ?? entry;
}

export function wantedPlane(
  directions: Directions,
  choice: PlaneChoice,
  loaded: LoadedModel,
  epoch: number,
): WantedPlane | NoPlane {
  const subject = subjectOf(directions);
  const missing = (why: string, layer: number | null = null): NoPlane => ({ missing: why, layer });
  if (!subject) {
    return missing('Select a direction to see the residuals of its texts in a plane, or write one under “New”.');
  }
  const name = nameOf(subject);
  const fit = fitEntryFor(subject, loaded.stamp);
  if (!fit) return missing(`“${name}” is not fitted on ${loaded.stamp.id} yet. Fit it on its card, then draw here.`);
  const layer = planeLayer(directions, subject, choice, loaded);
  const hook = fit.direction.hook;
  const texts = subject.texts ?? fit.direction.source.texts;
  const spanned = { epoch, hook, layer, texts, subject };
  const keyOf = (...parts: readonly string[]): string =>
    JSON.stringify([epoch, hook, layer, texts && identityOf(texts), choice.axes, ...parts]);
  if (choice.axes === 'components') {
    if (!texts) return missing(`“${name}” has no contrast texts. Choose two directions as the axes.`, layer);
    const names = ['component 1', 'component 2'] as const;
    return { ...spanned, key: keyOf(), axes: { kind: 'components' }, names };
  }
  if (subject.method === 'drawn') {
    return missing(
      `The direction in whose plane “${name}” was drawn is gone. Select another one, or take components.`,
      layer,
    );
  }
  const vector = vectorAt(fit, layer);
  if (!vector) return missing(`“${name}” has no vector at layer ${layer}. Choose another layer.`, layer);
  if (choice.axes === 'rest') {
    if (!texts) return missing(`“${name}” has no contrast texts. Choose two directions as the axes.`, layer);
    const axes = { kind: 'rest', direction: vector } as const;
    return { ...spanned, key: keyOf(fit.version), axes, names: [name, 'strongest beside it'] };
  }
  const other = directions.entries.find(({ id }) => id === choice.otherId && id !== subject.id);
  if (!other) {
    return missing(
      directions.entries.length > 1
        ? 'Choose the direction of the second axis.'
        : 'A plane of two directions needs another one. Write it under “New”.',
      layer,
    );
  }
  const otherFit = fitEntryFor(other, loaded.stamp);
  const second = otherFit && vectorAt(otherFit, layer);
  if (!second)
    return missing(`“${nameOf(other)}” has no vector at layer ${layer}. Choose another layer or direction.`, layer);
  return {
    ...spanned,
    key: keyOf(fit.version, otherFit.version),
    axes: { kind: 'directions', first: vector, second },
    names: [name, `${nameOf(other)}, without its part along ${name}`],
  };
}

/** Asks for a plane and shows it; one that was asked for before is there at once. */
export async function showPlane(wanted: WantedPlane): Promise<void> {
  const { shown, kept, reading } = usePlane.getState();
  if (shown?.key === wanted.key) return;
  const known = kept.find(({ key }) => key === wanted.key);
  if (known) {
    dropReading();
    keepPlane(known);
    void refreshReadouts();
    return;
  }
  if (reading?.key === wanted.key) return;
  dropReading();
  const { key, epoch, hook, layer, texts, axes } = wanted;
  const task = crypto.randomUUID();
  usePlane.setState({ reading: { key, task, progress: null }, failed: null });
  const current = (): boolean => usePlane.getState().reading?.task === task;
  try {
    const plane = await call((api) =>
      api.planeOf({ task, texts, hook, layer, axes }, (progress) => {
        if (current()) usePlane.setState({ reading: { key, task, progress } });
      }),
    );
    if (!current()) return;
    usePlane.setState({ reading: null });
    keepPlane({ key, epoch, hook, layer, plane });
    void refreshReadouts();
  } catch (error) {
    if (current()) usePlane.setState({ reading: null, failed: { key, error: toErrorData(error) } });
  }
}

/** Ends reading at the user's wish. */
export function cancelPlane(): void {
  const { reading } = usePlane.getState();
  if (reading) cancelTask(reading.task);
}

/** No plane is shown any more: tokens need not be read along its axes. What was spanned is kept. */
export function hidePlane(): void {
  dropReading();
  usePlane.setState({ shown: null, failed: null });
}

function dropReading(): void {
  const { reading } = usePlane.getState();
  if (reading) cancelTask(reading.task);
  usePlane.setState({ reading: null, failed: null });
}

function planeLayer(
  directions: Directions,
  subject: DirectionEntry,
  choice: PlaneChoice,
  { stamp, shape }: LoadedModel,
): number {
  if (choice.layer !== null) return Math.min(choice.layer, shape.layers - 1);
  const selected = selectedEntry(directions);
  const drawn = selected?.method === 'drawn' ? fitEntryFor(selected, stamp)?.direction.layers[0] : undefined;
  return drawn?.layer ?? spanOn(subject, shape.layers)[1];
}

function vectorAt({ direction }: Fit, layer: number): Float32Array | null {
  return direction.layers.find((it) => it.layer === layer)?.vector ?? null;
}

function nameOf({ name }: DirectionEntry): string {
  return name || 'unnamed';
}

const identities = new WeakMap<ContrastTexts, string>();

/** Names texts without spelling them out: they may be thousands. */
function identityOf(texts: ContrastTexts): string {
  const known = identities.get(texts) ?? crypto.randomUUID();
  identities.set(texts, known);
  return known;
}
