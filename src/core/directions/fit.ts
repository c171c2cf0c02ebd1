import { SteerboardError } from '../errors.js';
import type { ModelStamp } from '../model.js';
import type { HookName } from '../onnx/hooks.js';
import { isAllFinite, norm } from '../tensors/vector.js';
import { isPaired, type ContrastTexts, type FittedDirection, type LayerDirection } from './direction.js';
import type { Finder, FinderInput, FinderOptions } from './finder.js';
import { finderNamed } from './index.js';
import { heldOutSeparation } from './separation.js';

/** What a model said to the contrast texts. */
export interface FitInput {
  readonly model: ModelStamp;
  readonly texts: ContrastTexts;
  /** Where the residuals were read; absent: `resid_post`. */
  readonly hook?: HookName;
  /** Name of a finder in the index. */
  readonly method: string;
  /** Overrides the finder's defaults. */
  readonly options?: FinderOptions;
  /** What stood at the hook of every block at the last token of each positive text: n₊ arrays [L, d], layer-major. */
  readonly positive: readonly Float32Array[];
  /** The same for the negative texts, n₋ arrays [L, d]. */
  readonly negative: readonly Float32Array[];
  /** Mean ‖h‖ there of every block over the texts' tokens, special tokens left out, [L]. */
  readonly residualNorms: ArrayLike<number>;
}

/** Below this share of the residual norm a difference is rounding, not a direction. */
const smallestDifference = 1e-6;

/**
 * Finds the direction at every layer and says how well each separates held-out texts.
 *
 * @throws SteerboardError `input-empty` when a side has no text, `unexpected` when the method cannot work with these texts
 * or the residuals have the wrong length, `direction-degenerate` when the sides do not differ or a value is not finite.
 */
export function fitDirection(input: FitInput): FittedDirection {
  const finder = finderNamed(input.method);
  checkInput(input, finder);
  const options = { ...finder.defaults, ...input.options };
  const layers = Array.from({ length: input.model.layers }, (_, layer) => fitLayer(input, finder, options, layer));
  return {
    model: input.model,
    hook: input.hook ?? 'resid_post',
    source: { method: finder.name, options, texts: input.texts },
    layers,
  };
}

function fitLayer(input: FitInput, finder: Finder, options: FinderOptions, layer: number): LayerDirection {
  const { width } = input.model;
  const atLayer = (residuals: Float32Array): Float32Array => residuals.subarray(layer * width, (layer + 1) * width);
  const side: FinderInput = {
    positive: input.positive.map(atLayer), // [n₊, d]
    negative: input.negative.map(atLayer), // [n₋, d]
    options,
    layer,
  };
  const residualNorm = input.residualNorms[layer]!;
  const direction = finder.find(side);
  const scale = norm(direction);
  if (!(scale > smallestDifference * residualNorm)) throw sidesDoNotDiffer(finder, layer, scale);
  return {
    layer,
    vector: Float32Array.from(direction, (value) => value / scale),
    scale,
    residualNorm,
    separation: heldOutSeparation(finder, side),
  };
}

function checkInput({ texts, positive, negative, residualNorms, model }: FitInput, finder: Finder): void {
  for (const [name, residuals] of [['positive', positive] as const, ['negative', negative] as const]) {
    if (residuals.length === 0) {
      throw new SteerboardError('input-empty', `The ${name} side has no text. Write at least one.`, { side: name });
    }
    residuals.forEach((vector, text) => checkResiduals(vector, name, text, model));
  }
  if (!finder.takes.includes(texts.kind)) {
    const kinds = finder.takes.join(' or ');
    const message = `"${finder.label}" works with ${kinds}, not with ${texts.kind}. Choose another method.`;
    throw new SteerboardError('unexpected', message, { method: finder.name, kind: texts.kind });
  }
  if (isPaired(texts.kind) && positive.length !== negative.length) {
    throw new SteerboardError(
      'input-empty',
      `Pairs need as many positive as negative texts: there are ${positive.length} and ${negative.length}. Fill in the missing ones.`,
      { positive: positive.length, negative: negative.length },
    );
  }
  if (residualNorms.length !== model.layers || !isAllFinite(residualNorms)) {
    throw new SteerboardError('direction-degenerate', 'The residual norms are not finite: the model overflowed.');
  }
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

function sidesDoNotDiffer(finder: Finder, layer: number, scale: number): SteerboardError {
  return new SteerboardError(
    'direction-degenerate',
    `"${finder.label}" finds no difference between the two sides at layer ${layer}. Write texts that differ in what you want to steer.`,
    { layer, scale, method: finder.name },
  );
}
