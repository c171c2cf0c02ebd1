/**
 * What a layer's residual predicts when it is read as the last one is (the logit lens: nostalgebraist 2020, "interpreting GPT:
 * the logit lens"): the model's own final norm and head applied to it. Here are the figures of such predictions.
 */
import { klFromLogProbabilities, logSoftmax } from '../measures/index.js';
import { largestIndices } from '../tensors/selection.js';

/** Of one state of the model. L layers, P positions, k candidates; row-major. */
export interface LensSide {
  /** The k likeliest tokens, likeliest first, [L, P, k]. */
  readonly ids: Int32Array;
  /** Their probabilities, [L, P, k]. */
  readonly probabilities: Float32Array;
  /** Place of the text's own token among all, 1 being the likeliest, [L, P]. */
  readonly ranks: Int32Array;
  /** Natural log of its probability, nats, [L, P]. */
  readonly logProbabilities: Float32Array;
  /** −Σ p ln p of the prediction, nats, [L, P]; ln V where nothing is preferred. */
  readonly entropies: Float32Array;
}

/** The same text read by the unsteered and by the steered model. */
export interface LensGrid {
  readonly layers: number;
  readonly positions: number;
  readonly candidates: number;
  readonly baseline: LensSide;
  readonly steered: LensSide;
  /** KL(steered ‖ baseline) of the layer's predictions, nats, [L, P]. */
  readonly kl: Float32Array;
}

export function emptyGrid(layers: number, positions: number, candidates: number): LensGrid {
  const cells = layers * positions;
  const side = (): LensSide => ({
    ids: new Int32Array(cells * candidates),
    probabilities: new Float32Array(cells * candidates),
    ranks: new Int32Array(cells),
    logProbabilities: new Float32Array(cells),
    entropies: new Float32Array(cells),
  });
  return { layers, positions, candidates, baseline: side(), steered: side(), kl: new Float32Array(cells) };
}

/**
 * Writes the figures of one cell.
 *
 * @param own the text's own token at the position
 * @param baseline logits [V] of the unsteered state
 * @param steered logits [V] of the steered state
 */
export function fillCell(
  grid: LensGrid,
  layer: number,
  position: number,
  own: number,
  baseline: Float32Array,
  steered: Float32Array,
): void {
  const cell = layer * grid.positions + position;
  const before = logSoftmax(baseline);
  const after = logSoftmax(steered);
  fillSide(grid.baseline, cell, grid.candidates, own, before);
  fillSide(grid.steered, cell, grid.candidates, own, after);
  grid.kl[cell] = klFromLogProbabilities(after, before);
}

function fillSide(side: LensSide, cell: number, candidates: number, own: number, logs: Float64Array): void {
  const likeliest = largestIndices(logs, candidates);
  likeliest.forEach((id, place) => {
    side.ids[cell * candidates + place] = id;
    side.probabilities[cell * candidates + place] = Math.exp(logs[id]!);
  });
  let [likelier, entropy] = [0, 0];
  for (let id = 0; id < logs.length; id++) {
    const log = logs[id]!;
    if (log > logs[own]!) likelier++;
    if (log > -Infinity) entropy -= Math.exp(log) * log;
  }
  side.ranks[cell] = likelier + 1;
  side.logProbabilities[cell] = logs[own]!;
  side.entropies[cell] = entropy;
}
