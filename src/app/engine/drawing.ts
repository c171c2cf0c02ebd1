/**
 * Arrows become directions while they are drawn. An arrow begins at the plane's origin and is what is added to every token:
 * its length is strength × the layer's factor × mean residual norm. Taking the tip of a direction's arrow turns the direction in the plane.
 */
import type { LayerDirection } from '../../core/directions/direction.js';
import { drawnDirection } from '../../core/directions/drawn.js';
import type { FinderOptions } from '../../core/directions/finder.js';
import type { ModelStamp } from '../../core/model.js';
import { operatorNamed } from '../../core/steering/index.js';
import { lifted, shadowOf, turned, type PlanePoint } from '../../core/planes/plane.js';
import {
  addDirection,
  changeDirection,
  fitFor,
  selectedEntry,
  setFit,
  useDirections,
  type DirectionEntry,
  type Fit,
} from '../stores/directions.js';
import { usePlane, type Drawing } from '../stores/plane.js';
import type { ContrastPlane } from '../../protocol/api.js';
import { freeEntry } from './entries.js';
import { oncePerFrame } from './frame.js';
import type { WantedPlane } from './planes.js';

/** Where is drawn. */
export interface DrawingPlace {
  readonly stamp: ModelStamp;
  readonly wanted: WantedPlane;
  readonly plane: ContrastPlane;
  /** Mean ‖h‖ at the layer: the length of strength 1. */
  readonly residualNorm: number;
  readonly otherId: string | null;
}

/** The strength slider's end. */
export const mostStrength = 2;
/** An arrow nearer than this to a fitted direction's own line stays on it and changes the strength alone, radians. */
export const magnet = (5 * Math.PI) / 180;
/** An arrow of which less than this share lies in the plane has no tip that could be taken. */
export const leastShare = 0.0025;

const degrees = (angle: number): number => (angle * 180) / Math.PI;
/** Into −π…π. */
const wrapped = (angle: number): number => Math.atan2(Math.sin(angle), Math.cos(angle));
const angleOf = ({ x, y }: PlanePoint): number => Math.atan2(y, x);
const times = ({ x, y }: PlanePoint, factor: number): PlanePoint => ({ x: factor * x, y: factor * y });
const lengthOf = ({ x, y }: PlanePoint): number => Math.hypot(x, y);

/** The taken direction as it was when the drawing began, and which one was selected: what cancelling goes back to. */
let before: { readonly taken: DirectionEntry | null; readonly selectedId: string | null } = {
  taken: null,
  selectedId: null,
};
let waiting: { readonly place: DrawingPlace; readonly tip: PlanePoint } | null = null;

const frame = oncePerFrame(() => {
  const next = waiting;
  waiting = null;
  if (next) drawTo(next.place, next.tip);
});

/**
 * @param takenId the direction whose arrow is taken by its tip; null for a new arrow
 * @param dragged whether a pointer drags it
 */
export function beginDrawing(takenId: string | null, dragged = false): void {
  const { entries, selectedId } = useDirections.getState();
  before = { taken: entries.find(({ id }) => id === takenId) ?? null, selectedId };
  usePlane.setState({ drawing: { takenId, drawnId: null, dragged } });
}

/** As {@link drawTo}, once a frame: a pointer may move more often than that. */
export function drawSoon(place: DrawingPlace, tip: PlanePoint): void {
  waiting = { place, tip };
  frame.ask();
}

/** Lets the arrow end at `tip`. Cheap enough for every frame. */
export function drawTo(place: DrawingPlace, tip: PlanePoint): void {
  const { drawing } = usePlane.getState();
  if (!drawing || !(lengthOf(tip) > 0)) return;
  const drawn = useDirections.getState().entries.find(({ id }) => id === drawing.drawnId) ?? null;
  const { taken } = before;
  if (taken?.method === 'drawn') redraw(place, tip, taken);
  else if (taken) turnFitted(place, tip, taken, drawn);
  else drawNew(place, clipped(place, tip), drawn);
}

/**
 * Moves the tip of the arrow that is drawn; else of the selected drawn one, if it has an arrow; else begins a new one.
 *
 * @param size of the step, in residual norms
 */
export function moveTip(place: DrawingPlace, step: PlanePoint, size: number): void {
  const directions = useDirections.getState();
  const { drawing } = usePlane.getState();
  const selected = selectedEntry(directions);
  const active = drawing
    ? directions.entries.find(({ id }) => id === (drawing.drawnId ?? drawing.takenId))
    : selected?.method === 'drawn' && tipOf(place, selected)
      ? selected
      : undefined;
  if (!drawing) beginDrawing(active?.id ?? null);
  const from = (active && tipOf(place, active)) ?? { x: 0, y: 0 };
  const by = size * place.residualNorm;
  drawTo(place, { x: from.x + step.x * by, y: from.y + step.y * by });
}

export function endDrawing(): void {
  if (waiting) frame.now();
  usePlane.setState({ drawing: null });
}

/** Everything as it was before the arrow was begun. */
export function cancelDrawing(): void {
  const { drawing } = usePlane.getState();
  waiting = null;
  if (drawing) putBack(drawing, before.taken, before.selectedId);
  usePlane.setState({ drawing: null });
}

/** Whether its operator adds it, so that an arrow says what it does. */
function isAdded({ operator }: DirectionEntry): boolean {
  return operatorNamed(operator).adds !== undefined;
}

/**
 * Where a direction's arrow ends in the plane: what is added at the layer. Null where it has none: it is nothing there, is not
 * added, or the layer's factor is 0.
 */
export function tipOf(place: DrawingPlace, entry: DirectionEntry): PlanePoint | null {
  const at = layerOf(place, entry);
  if (!at || !isAdded(entry) || factorOf(entry, at) === 0) return null;
  return times(unitArrow(place, entry, at), entry.strength * at.residualNorm);
}

/** Why a direction has no tip here, in words that follow its name. */
export function arrowlessWhy(place: DrawingPlace, entry: DirectionEntry): string {
  if (!isAdded(entry)) return 'is not added to the residuals, so it has no arrow';
  if (!layerOf(place, entry)) return 'has no vector at this layer, so it has no arrow here';
  return 'has the factor 0 at this layer, so it has no arrow here';
}

/** What a direction's strength is multiplied by at a layer. */
function factorOf({ layerFactors }: DirectionEntry, { layer }: Pick<LayerDirection, 'layer'>): number {
  return layerFactors?.[layer] ?? 1;
}

/** A direction's arrow of strength 1, in residual norms. */
function unitArrow({ plane }: DrawingPlace, entry: DirectionEntry, at: LayerDirection): PlanePoint {
  return times(shadowOf(plane, at.vector), factorOf(entry, at));
}

/** What a direction is at the place's layer and hook; null where it is nothing there. */
export function layerOf({ stamp, wanted }: DrawingPlace, entry: DirectionEntry): LayerDirection | null {
  const direction = fitFor(entry, stamp);
  if (direction?.hook !== wanted.hook) return null;
  return direction.layers.find(({ layer }) => layer === wanted.layer) ?? null;
}

/** Turns a direction's arrow so that it lies at `angle`, radians from û towards ŵ, as by hand. */
export function turnTo(place: DrawingPlace, entry: DirectionEntry, angle: number): void {
  const tip = tipOf(place, entry);
  if (!tip) return;
  const length = lengthOf(tip);
  beginDrawing(entry.id);
  drawTo(place, { x: length * Math.cos(angle), y: length * Math.sin(angle) });
  endDrawing();
}

/** Takes away what the drawing added, and puts the taken direction in its place as given; all else stays as it is now. */
function putBack(drawing: Drawing, taken: DirectionEntry | null, selectedId: string | null): void {
  useDirections.setState(({ entries }) => ({
    entries: entries
      .filter(({ id }) => id !== drawing.drawnId)
      .map((entry) => (taken && entry.id === taken.id ? taken : entry)),
    selectedId,
  }));
}

function drawNew(place: DrawingPlace, tip: PlanePoint, drawn: DirectionEntry | null): void {
  const { layer, hook } = place.wanted;
  const options = optionsOf(place, tip);
  const fit = fitOf(place, lifted(place.plane, tip), place.residualNorm, options);
  const change = { strength: lengthOf(tip) / place.residualNorm, methodOptions: options };
  if (drawn) return setFit(drawn.id, fit, change);
  const entry = freeEntry({ name: freeName('drawn'), texts: null, method: 'drawn', hook });
  addDirection({ ...entry, ...change, layers: [layer, layer], fits: [fit] });
  usePlane.setState(({ drawing }) => ({ drawing: drawing && { ...drawing, drawnId: entry.id } }));
}

/** Turns a drawn direction, and makes it as strong as its arrow is long. What of it lies outside of the plane stays. */
function redraw(place: DrawingPlace, tip: PlanePoint, entry: DirectionEntry): void {
  const at = layerOf(place, entry);
  if (!at) return;
  const arrow = unitArrow(place, entry, at);
  const angle = wrapped(angleOf(tip) - angleOf(arrow));
  const strength = strengthOf(at, tip, arrow);
  if (!(strength > 0)) return;
  const turn = entry.methodOptions['turn'];
  const total = typeof turn === 'number' ? wrapped(turn + angle) : null;
  const options = { ...optionsOf(place, tip), ...(total !== null && { turn: total }) };
  const vector = turned(place.plane, at.vector, angle).map((value) => value * strength * at.residualNorm);
  const name = total !== null && typeof turn === 'number' ? renamed(entry.name, turn, total) : entry.name;
  setFit(entry.id, fitOf(place, vector, at.residualNorm, options), { strength, methodOptions: options, name });
}

/**
 * The arrow of a fitted direction: along its own line it changes the strength, turned away from it it becomes a drawn
 * direction of its own, and the fitted one is switched off, since both together would be a third. The drawn one acts where
 * and when the fitted one did at this layer; the layer's factor is in its strength.
 */
function turnFitted(place: DrawingPlace, tip: PlanePoint, taken: DirectionEntry, copy: DirectionEntry | null): void {
  const at = layerOf(place, taken);
  const { drawing } = usePlane.getState();
  if (!at || !drawing) return;
  const arrow = unitArrow(place, taken, at);
  // An arrow of negative strength points against its direction, and is turned from there.
  const sign = taken.strength < 0 ? -1 : 1;
  const angle = wrapped(angleOf(tip) - angleOf(times(arrow, sign)));
  const line = Math.min(Math.abs(angle), Math.PI - Math.abs(angle));
  if (line < magnet) {
    const strength = strengthOf(at, tip, arrow);
    const signed = sign * (Math.abs(angle) < Math.PI / 2 ? strength : -strength);
    putBack(drawing, { ...taken, strength: signed }, taken.id);
    usePlane.setState({ drawing: { ...drawing, drawnId: null } });
    return;
  }
  const options = { ...optionsOf(place, tip), turn: angle };
  const strength = strengthOf(at, tip, shadowOf(place.plane, at.vector));
  if (!(strength > 0)) return;
  const length = sign * Math.sign(factorOf(taken, at)) * strength * at.residualNorm;
  const vector = turned(place.plane, at.vector, angle).map((value) => value * length);
  const name = `${taken.name || 'unnamed'}${turnedBy(angle)}`;
  const change = { name, strength, methodOptions: options };
  const turnedFit = fitOf(place, vector, at.residualNorm, options);
  if (copy) return setFit(copy.id, turnedFit, change);
  const { layer, hook } = place.wanted;
  const entry = freeEntry({ name, texts: null, method: 'drawn', hook });
  changeDirection(taken.id, { enabled: false });
  addDirection({
    ...entry,
    ...change,
    operator: taken.operator,
    operatorOptions: taken.operatorOptions,
    scope: taken.scope,
    condition: taken.condition,
    layers: [layer, layer],
    fits: [turnedFit],
  });
  usePlane.setState({ drawing: { ...drawing, drawnId: entry.id } });
}

function fitOf(place: DrawingPlace, vector: Float64Array, residualNorm: number, options: FinderOptions): Fit {
  const { hook, layer, texts } = place.wanted;
  const direction = drawnDirection({ model: place.stamp, hook, layer, vector, residualNorm, options, texts });
  return { version: crypto.randomUUID(), direction };
}

/** Which plane and where in it. */
function optionsOf({ wanted, otherId }: DrawingPlace, { x, y }: PlanePoint): FinderOptions {
  const { axes, layer, subject } = wanted;
  const other = axes.kind === 'directions' && otherId !== null ? { other: otherId } : {};
  return { axes: axes.kind, layer, x, y, of: subject.id, ...other };
}

/** An arrow is at most as long as the strongest strength. */
function clipped({ residualNorm }: DrawingPlace, tip: PlanePoint): PlanePoint {
  const factor = Math.min(1, (mostStrength * residualNorm) / lengthOf(tip));
  return times(tip, factor);
}

/** The strength with which an arrow is as long as one to `tip`. @param arrow of strength 1, in residual norms */
function strengthOf({ residualNorm }: LayerDirection, tip: PlanePoint, arrow: PlanePoint): number {
  return Math.min(mostStrength, lengthOf(tip) / lengthOf(arrow) / residualNorm);
}

function turnedBy(angle: number): string {
  return `, turned ${Math.round(degrees(angle))}°`.replace('-', '−');
}

/** A name that says how far the direction was turned goes on saying so; a user's own stays. */
function renamed(name: string, before: number, after: number): string {
  const suffix = turnedBy(before);
  return name.endsWith(suffix) ? `${name.slice(0, -suffix.length)}${turnedBy(after)}` : name;
}

function freeName(base: string): string {
  const names = new Set(useDirections.getState().entries.map(({ name }) => name));
  for (let number = 1; ; number++) if (!names.has(`${base} ${number}`)) return `${base} ${number}`;
}
