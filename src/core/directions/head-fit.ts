/**
 * The fit of a {@link HeadFinder}: which heads tell the sides apart best, and what is added to their outputs. In between stands
 * the matrix W_O, which only who has the weights can multiply with: {@link chooseHeads} gives what is added before it, and
 * {@link directionOfHeads} makes a direction of what comes out behind it.
 */
import { SteerboardError } from '../errors.js';
import type { ModelStamp } from '../model.js';
import { eachStep } from '../steps.js';
import { dot, isAllFinite, meanOf, norm } from '../tensors/vector.js';
import type { ContrastTexts, FittedDirection, LayerDirection, Separation } from './direction.js';
import type { FinderInput, FinderOptions, HeadFinder } from './finder.js';
import { checkCounts, sidesDoNotDiffer, smallestDifference, togetherIn } from './fit.js';
import { separationSteps } from './separation.js';

export interface HeadFitInput {
  readonly finder: HeadFinder;
  readonly options: FinderOptions;
  readonly texts: ContrastTexts;
  /** 0-based indices of the blocks that have heads, in order. */
  readonly layers: readonly number[];
  /** Heads of each. */
  readonly heads: number;
  /** Values of a head. */
  readonly size: number;
  /** What the heads gave to each positive text: n₊ arrays [layers, heads, size]. */
  readonly positive: readonly Float32Array[];
  /** n₋ arrays. */
  readonly negative: readonly Float32Array[];
}

export interface ChosenHead {
  /** 0-based index of the block. */
  readonly layer: number;
  /** 0-based, within the block. */
  readonly head: number;
  /** Of the head's probe. */
  readonly separation: Separation;
}

/** What is added at one layer, and how well it tells held-out texts apart. */
export interface HeadShift {
  readonly layer: number;
  /** σθ̂ in the places of the chosen heads, zeros elsewhere: [heads · size]. */
  readonly shift: Float64Array;
  readonly separation: Separation | null;
}

export interface ChosenHeads {
  /** The best first. */
  readonly chosen: readonly ChosenHead[];
  /** In layer order; layers without a chosen head are left out. */
  readonly shifts: readonly HeadShift[];
}

/**
 * Ranks the heads by the held-out accuracy of their probes, at the same accuracy by the area under the curve, then by Cohen's d,
 * and finds σθ̂ of the best. Yields how many heads are done.
 *
 * @throws SteerboardError `input-empty`, `unexpected` as for other fits, `direction-degenerate` when the sides differ in no head
 */
export function* chooseHeads(input: HeadFitInput): Generator<number, ChosenHeads> {
  const { finder, options, texts, layers, heads, positive, negative } = input;
  checkCounts(texts, finder, positive.length, negative.length);
  for (const values of [...positive, ...negative]) {
    if (isAllFinite(values)) continue;
    const message = 'What the heads give is not finite. Try another device or a model of higher precision.';
    throw new SteerboardError('direction-degenerate', message);
  }
  const together = togetherIn(texts);
  const ranked: ChosenHead[] = [];
  for (const [place, layer] of layers.entries()) {
    for (let head = 0; head < heads; head++) {
      const sides = sidesAt(input, place, head);
      if (differs(sides)) {
        const separation = yield* eachStep(
          separationSteps({ find: finder.probe }, sides, together),
          place * heads + head,
        );
        if (separation) ranked.push({ layer, head, separation });
      }
      yield place * heads + head + 1;
    }
  }
  if (ranked.length === 0) throw sidesDoNotDiffer(finder);
  const chosen = ranked.toSorted(better).slice(0, Number(options['heads']));
  const shifts: HeadShift[] = [];
  for (const [place, layer] of layers.entries()) {
    const own = chosen.filter((it) => it.layer === layer).map(({ head }) => head);
    if (own.length === 0) continue;
    const whole = sidesAt(input, place);
    const find = (training: FinderInput): Float64Array => shiftOf(input, own, training);
    const separation = yield* eachStep(separationSteps({ find }, whole, together), layers.length * heads);
    shifts.push({ layer, shift: find(whole), separation });
  }
  return { chosen, shifts };
}

function better({ separation: a }: ChosenHead, { separation: b }: ChosenHead): number {
  return b.accuracy - a.accuracy || b.auc - a.auc || b.effectSize - a.effectSize || 0;
}

/** What a head gave to both sides [size], or what all heads of a layer gave [heads · size]. */
function sidesAt({ positive, negative, options, layers, heads, size }: HeadFitInput, place: number, head?: number) {
  const [start, length] = head === undefined ? [place * heads, heads] : [place * heads + head, 1];
  const at = (values: Float32Array) => values.subarray(start * size, (start + length) * size);
  return { positive: positive.map(at), negative: negative.map(at), options, layer: layers[place]! };
}

/** Whether the difference of means is more than rounding against the outputs themselves. */
function differs({ positive, negative }: FinderInput): boolean {
  const [above, below] = [meanOf(positive), meanOf(negative)];
  const lengths = [...positive, ...negative].map(norm);
  const usual = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return norm(above.map((value, i) => value - below[i]!)) > smallestDifference * usual;
}

/** σθ̂ of some heads of a layer in their places, [heads · size]; σ over the texts that are given, as NumPy's std. */
function shiftOf({ finder, size }: HeadFitInput, heads: readonly number[], whole: FinderInput): Float64Array {
  const shift = new Float64Array(whole.positive[0]!.length);
  for (const head of heads) {
    const own = (values: Float32Array) => values.subarray(head * size, (head + 1) * size);
    const sides = { ...whole, positive: whole.positive.map(own), negative: whole.negative.map(own) };
    const direction = finder.find(sides);
    const length = norm(direction);
    if (!(length > 0)) continue;
    const projections = [...sides.positive, ...sides.negative].map((values) => dot(values, direction) / length);
    const deviation = deviationOf(projections);
    direction.forEach((value, i) => (shift[head * size + i] = (deviation * value) / length));
  }
  return shift;
}

function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** What was added before W_O, behind it. */
export interface HeadDirectionInput {
  readonly model: ModelStamp;
  readonly finder: HeadFinder;
  readonly options: FinderOptions;
  readonly texts: ContrastTexts;
  readonly found: ChosenHeads;
  /** The shift of each of `found.shifts` times W_O, [d]. */
  readonly vectors: readonly Float64Array[];
  /** What attention added at the token that is read of each text: arrays [L, d]. */
  readonly positive: readonly Float32Array[];
  readonly negative: readonly Float32Array[];
  /** Mean norm of what attention adds at every block, [L]. */
  readonly residualNorms: ArrayLike<number>;
  readonly notes: readonly string[];
}

/** @throws SteerboardError `direction-degenerate` when nothing of the heads reaches the stream */
export function directionOfHeads(input: HeadDirectionInput): FittedDirection {
  const { model, finder, options, texts, found, vectors, residualNorms } = input;
  const layers = found.shifts.flatMap(({ layer, separation }, place): readonly LayerDirection[] => {
    const added = vectors[place]!;
    const scale = norm(added);
    const residualNorm = residualNorms[layer]!;
    if (!isAllFinite(added) || !(scale > smallestDifference * residualNorm)) return [];
    const vector = Float32Array.from(added, (value) => value / scale);
    const at = (values: Float32Array) => values.subarray(layer * model.width, (layer + 1) * model.width);
    const meanOn = (side: readonly Float32Array[]) => dot(meanOf(side.map(at)), vector);
    const means = { positive: meanOn(input.positive), negative: meanOn(input.negative) };
    return [{ layer, vector, scale, residualNorm, separation, means }];
  });
  if (layers.length === 0) throw sidesDoNotDiffer(finder);
  return {
    model,
    hook: finder.hook,
    source: { method: finder.name, options, texts },
    notes: [...input.notes, ...notesOnHeads(found.chosen, Number(options['heads']), layers)],
    layers,
  };
}

/** Heads that a note names; the rest are counted. */
const mostNamed = 12;

function notesOnHeads(
  chosen: readonly ChosenHead[],
  wanted: number,
  layers: readonly LayerDirection[],
): readonly string[] {
  const named = chosen
    .slice(0, mostNamed)
    .map(({ layer, head, separation }) => `layer ${layer} head ${head} (${Math.round(100 * separation.accuracy)} %)`);
  const more = chosen.length > mostNamed ? ` and ${chosen.length - mostNamed} more` : '';
  const fewer = chosen.length < wanted ? ` The sides differ in ${chosen.length} heads only.` : '';
  const natural = Math.max(...naturalSizes(layers));
  return [
    `Heads by the share of held-out texts that they tell apart: ${named.join(', ')}${more}.${fewer}`,
    `α = 1 of the paper is strength ${natural.toPrecision(2)} at its largest layer.`,
  ];
}

/** The natural size of each layer's vector in the unit of strength. */
function naturalSizes(layers: readonly LayerDirection[]): readonly number[] {
  return layers.map(({ scale, residualNorm }) => scale / residualNorm);
}

/**
 * A factor for the strength at every layer [L] with which the layers keep the proportions in which they were found, 1 at the
 * largest; 0 where there is no vector.
 */
export function proportionsOf({ layers, model }: Pick<FittedDirection, 'layers' | 'model'>): readonly number[] {
  const natural = naturalSizes(layers);
  const most = Math.max(...natural);
  const factors = Array.from({ length: model.layers }, () => 0);
  layers.forEach(({ layer }, place) => (factors[layer] = natural[place]! / most));
  return factors;
}
