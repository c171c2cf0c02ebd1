import { isChatKind } from '../chat/contrast.js';
import { SteerboardError } from '../errors.js';
import type { ModelStamp } from '../model.js';
import type { HookName } from '../onnx/hooks.js';
import { eachStep, toEnd, type Steps } from '../steps.js';
import { dot, isAllFinite, meanOf, norm } from '../tensors/vector.js';
import { isPaired, type ContrastTexts, type FittedDirection, type LayerDirection } from './direction.js';
import {
  findSteps,
  optionsOf,
  type Finder,
  type FinderInput,
  type FinderOptions,
  type HeadFinder,
  type TextFinder,
} from './finder.js';
import { finderNamed } from './index.js';
import { separationSteps } from './separation.js';

/** What a model said to the contrast texts. */
export interface FitInput {
  readonly model: ModelStamp;
  /** Null for methods that need none. */
  readonly texts: ContrastTexts | null;
  /** Where the residuals were read; absent: `resid_post`. */
  readonly hook?: HookName;
  /** Name of a finder in the index. */
  readonly method: string;
  /** Overrides the finder's defaults. */
  readonly options?: FinderOptions;
  /**
   * What stood at the hook of every block at the token that is read of each positive text: n₊ arrays [L, d], layer-major.
   * For finders that read every token, those of the one text. Empty for methods that need no texts.
   */
  readonly positive: readonly Float32Array[];
  /** The same for the negative texts, n₋ arrays [L, d]. */
  readonly negative: readonly Float32Array[];
  /** Mean ‖h‖ there of every block over the texts' tokens, special tokens left out, [L]. */
  readonly residualNorms: ArrayLike<number>;
  /** What there is to know of the texts, a sentence each. */
  readonly notes?: readonly string[];
}

/**
 * Below this share of the residual norm a difference is rounding, not a direction: the same tokens in batches of other sizes
 * differ by some 1e-6 of it in single precision, and what people mean by a difference, by some 1e-2.
 */
export const smallestDifference = 1e-5;

/** Finds the direction at once. Same errors as {@link fitSteps}. */
export function fitDirection(input: FitInput): FittedDirection {
  return toEnd(fitSteps(input));
}

/**
 * Finds the direction at every layer and says how well each separates held-out texts; after every piece of work it yields
 * how many layers are done, so that a caller can do something else in between. A layer where the sides do not differ (the
 * first, when all texts end in the same token) is left out, with a note.
 *
 * @throws SteerboardError `input-empty` when a side has no text, `unexpected` when the method cannot work with these texts
 * or the residuals have the wrong length, `direction-degenerate` when the sides differ nowhere or a value is not finite.
 */
export function* fitSteps(input: FitInput): Generator<number, FittedDirection> {
  const finder = finderNamed(input.method);
  const options = optionsOf(finder, input.options);
  checkNorms(input);
  const layers: LayerDirection[] = [];
  const same: number[] = [];
  if (finder.needs === 'texts') checkTexts(input, finder);
  for (let layer = 0; layer < input.model.layers; layer++) {
    const found = yield* layerSteps(input, finder, options, layer);
    if (found) layers.push(found);
    else same.push(layer);
    yield layer + 1;
  }
  if (layers.length === 0) throw sidesDoNotDiffer(finder);
  const notes = [...(input.notes ?? []), ...(same.length > 0 ? [noteOf(same)] : [])];
  return {
    model: input.model,
    hook: input.hook ?? 'resid_post',
    source: { method: finder.name, options, texts: input.texts },
    ...(notes.length > 0 && { notes }),
    layers,
  };
}

function* layerSteps(
  input: FitInput,
  finder: Finder,
  options: FinderOptions,
  layer: number,
): Generator<number, LayerDirection | null> {
  const { width } = input.model;
  const residualNorm = input.residualNorms[layer]!;
  switch (finder.needs) {
    case 'texts': {
      const atLayer = (residuals: Float32Array): Float32Array => residuals.subarray(layer * width, (layer + 1) * width);
      const sides: FinderInput = {
        positive: input.positive.map(atLayer), // [n₊, d]
        negative: input.negative.map(atLayer), // [n₋, d]
        options,
        layer,
      };
      const found = yield* eachStep(foundInTexts(finder, sides, residualNorm), layer);
      if (!found || finder.reads === 'every-token') return found;
      yield layer;
      return { ...found, separation: yield* eachStep(separationSteps(finder, sides, togetherIn(input.texts)), layer) };
    }
    case 'nothing': {
      // It has no magnitude of its own: strength 1 adds as much as a residual is long.
      const vector = unitOf(finder.find({ width, layer, options }));
      return { layer, vector, scale: residualNorm, residualNorm, separation: null };
    }
    default:
      throw new SteerboardError('unexpected', `"${finder.label}" is not found from texts.`, { method: finder.name });
  }
}

/** How many texts of a side, one after the other, are one persona's or system prompt's: one for each question. */
export function togetherIn(texts: ContrastTexts | null): number {
  return texts && isChatKind(texts.kind) ? Math.max(1, texts.questions?.length ?? 1) : 1;
}

/** @returns null when the sides do not differ. */
function* foundInTexts(finder: TextFinder, sides: FinderInput, residualNorm: number): Steps<LayerDirection | null> {
  const direction = yield* findSteps(finder, sides);
  const scale = norm(direction);
  const smallest = smallestDifference * residualNorm;
  if (!isAllFinite(direction)) throw notFinite(finder, sides.layer);
  if (!(scale > smallest)) return null;
  const vector = unitOf(direction);
  return {
    layer: sides.layer,
    vector,
    scale,
    residualNorm,
    separation: null,
    means: { positive: dot(meanOf(sides.positive), vector), negative: dot(meanOf(sides.negative), vector) },
    ...(finder.transport && { transport: finder.transport(sides) }),
    ...(finder.positions && {
      positions: finder.positions(sides).map((position) => {
        const length = norm(position);
        return length > smallest
          ? { vector: unitOf(position), scale: length }
          : { vector: new Float32Array(position.length), scale: 0 };
      }),
    }),
  };
}

function unitOf(direction: Float64Array): Float32Array {
  const length = norm(direction);
  return Float32Array.from(direction, (value) => value / length);
}

function checkTexts({ texts, positive, negative, model }: FitInput, finder: TextFinder): void {
  if (texts === null) {
    const message = `"${finder.label}" is found from texts. Write some on both sides.`;
    throw new SteerboardError('input-empty', message, { method: finder.name });
  }
  for (const [name, residuals] of [['positive', positive] as const, ['negative', negative] as const]) {
    if (residuals.length === 0) {
      throw new SteerboardError('input-empty', `The ${name} side has no text. Write at least one.`, { side: name });
    }
    residuals.forEach((vector, text) => checkResiduals(vector, name, text, model));
  }
  checkCounts(texts, finder, positive.length, negative.length);
}

/** @throws SteerboardError as {@link checkKind}, and `input-empty` when there are too few texts, or pairs that are not whole */
export function checkCounts(
  texts: ContrastTexts,
  finder: TextFinder | HeadFinder,
  positive: number,
  negative: number,
): void {
  checkKind(texts, finder);
  const { fewest = 1 } = finder;
  if (Math.min(positive, negative) < fewest) {
    const message = `"${finder.label}" needs at least ${fewest} texts on each side. Write more, or choose the mean difference.`;
    throw new SteerboardError('input-empty', message, { method: finder.name, fewest });
  }
  if ((isPaired(texts.kind) || finder.reads === 'every-token') && positive !== negative) {
    throw new SteerboardError(
      'input-empty',
      `Pairs need as many positive as negative texts: there are ${positive} and ${negative}. Fill in the missing ones.`,
      { positive, negative },
    );
  }
}

/** @throws SteerboardError `unexpected` when the method does not work with texts of this kind. */
export function checkKind({ kind }: ContrastTexts, finder: TextFinder | HeadFinder): void {
  if (finder.takes.includes(kind)) return;
  const message = `"${finder.label}" works with ${finder.takes.join(' or ')}, not with ${kind}. Choose another method.`;
  throw new SteerboardError('unexpected', message, { method: finder.name, kind });
}

function checkNorms({ residualNorms, model }: FitInput): void {
  if (residualNorms.length === model.layers && isAllFinite(residualNorms)) return;
  throw new SteerboardError('direction-degenerate', 'The residual norms are not finite: the model overflowed.');
}

function checkResiduals(vector: Float32Array, side: string, text: number, { layers, width }: ModelStamp): void {
  if (vector.length !== layers * width) {
    const message = `The residuals of ${side} text ${text + 1} have ${vector.length} values; ${layers} layers of ${width} need ${layers * width}.`;
    throw new SteerboardError('unexpected', message, { side, text });
  }
  if (!isAllFinite(vector)) {
    const message = `The model's residuals of ${side} text ${text + 1} are not finite. Try another device or a model of higher precision.`;
    throw new SteerboardError('direction-degenerate', message, { side, text });
  }
}

function notFinite(finder: Finder, layer: number): SteerboardError {
  const message = `"${finder.label}" gives no finite direction at layer ${layer}. Choose other options or another method.`;
  return new SteerboardError('direction-degenerate', message, { layer, method: finder.name });
}

export function sidesDoNotDiffer(finder: Finder): SteerboardError {
  return new SteerboardError(
    'direction-degenerate',
    `"${finder.label}" finds no difference between the two sides at any layer. Write texts that differ in what you want to steer.`,
    { method: finder.name },
  );
}

function noteOf(same: readonly number[]): string {
  const where = same.length === 1 ? `layer ${same[0]}` : `layers ${same.join(', ')}`;
  return `The two sides are the same at ${where}, so there is no direction there.`;
}
