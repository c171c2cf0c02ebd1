import { SteerboardError } from '../core/errors.js';
import { klFromLogProbabilities, logSoftmax } from '../core/measures/index.js';
import { emptyPlan } from '../core/steering/plan.js';
import { largestIndices } from '../core/tensors/selection.js';
import { norm } from '../core/tensors/vector.js';
import type { Candidate, CompareRequest, Comparison } from '../protocol/api.js';
import { decidePlans } from './generation/conditions.js';
import { chunkLengths, forwardChunks, readingOfText, type ForwardChunk } from './generation/forward.js';
import { preparePlans } from './model/hooks.js';
import type { SteeredModel } from './model/steered-model.js';
import type { Task } from './tasks.js';

/** How the model with and without the plan predicts each token of a text, both given the same tokens before it. */
export async function compareText(model: SteeredModel, request: CompareRequest, task: Task): Promise<Comparison> {
  const text = model.texts.find((kept) => kept.textId === request.textId);
  if (!text) throw textGone();
  const { ids, promptLength } = text;
  const { layers, width, vocabulary } = model.shape;
  const prompt = { ids: ids.slice(0, promptLength), spoken: text.spoken };
  const [decided] = await decidePlans(model, prompt, [request.plan]);
  const plans = await preparePlans(model, [emptyPlan, decided!.plan]);
  const readings = plans.map((plan) => readingOfText(model, ids, text, plan));
  const lengths = chunkLengths(ids.length, promptLength, readings, vocabulary);
  const baselineChunks = forwardChunks(model, ids, readings[0]!, lengths, task);
  const steeredChunks = forwardChunks(model, ids, readings[1]!, lengths, task);
  const candidates: (readonly Candidate[])[] = [[]];
  const [kl, baselineNll, steeredNll] = [0, 0, 0].map(() => new Float32Array(ids.length)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const pieceOf = pieces(model);
  const ratios = new NormRatios(layers, width, ids.length > promptLength ? promptLength : 0);
  try {
    for (;;) {
      const baseline = await baselineChunks.next();
      const steered = await steeredChunks.next();
      if (baseline.done || steered.done) break;
      ratios.add(baseline.value, steered.value);
      for (let i = 0; i < baseline.value.length; i++) {
        const position = baseline.value.start + i + 1;
        if (position >= ids.length) break;
        const logits = (chunk: ForwardChunk) => chunk.logits.subarray(i * vocabulary, (i + 1) * vocabulary);
        const before = logSoftmax(logits(baseline.value));
        const after = logSoftmax(logits(steered.value));
        kl[position] = klFromLogProbabilities(after, before);
        baselineNll[position] = -before[ids[position]!]!;
        steeredNll[position] = -after[ids[position]!]!;
        candidates.push(likeliest(before, after, request.candidates, pieceOf));
      }
    }
  } finally {
    await baselineChunks.return(undefined);
    await steeredChunks.return(undefined);
  }
  return { candidates, kl, baselineNll, steeredNll, normRatio: ratios.mean(), promptLength };
}

export function textGone(): SteerboardError {
  return new SteerboardError('input-empty', 'This text is not kept any more. Write it again to look at it closely.');
}

/** The k tokens that either model finds likeliest, by the larger of both probabilities. */
function likeliest(
  baseline: Float64Array,
  steered: Float64Array,
  k: number,
  pieceOf: (id: number) => string,
): readonly Candidate[] {
  const larger = baseline.map((log, id) => Math.max(log, steered[id]!));
  return largestIndices(larger, k).map((id) => ({
    id,
    piece: pieceOf(id),
    baseline: Math.exp(baseline[id]!),
    steered: Math.exp(steered[id]!),
  }));
}

/** Decoding is the slow part of listing candidates, and the same tokens come again and again. */
function pieces(model: SteeredModel): (id: number) => string {
  const known = new Map<number, string>();
  return (id) => {
    const piece = known.get(id) ?? model.tokenizer.decode([id]);
    known.set(id, piece);
    return piece;
  };
}

/** Mean of ‖x steered‖ / ‖x unsteered‖ over the tokens from a position on, by layer. */
class NormRatios {
  private readonly sums: Float64Array;
  private counted = 0;

  constructor(
    private readonly layers: number,
    private readonly width: number,
    private readonly from: number,
  ) {
    this.sums = new Float64Array(layers);
  }

  add(baseline: ForwardChunk, steered: ForwardChunk): void {
    for (let i = 0; i < baseline.length; i++) {
      if (baseline.start + i < this.from) continue;
      this.counted++;
      for (let layer = 0; layer < this.layers; layer++) {
        const start = (i * this.layers + layer) * this.width;
        const length = (chunk: ForwardChunk) => norm(chunk.residuals.subarray(start, start + this.width));
        this.sums[layer]! += length(steered) / length(baseline);
      }
    }
  }

  mean(): Float32Array {
    return Float32Array.from(this.sums, (sum) => (this.counted > 0 ? sum / this.counted : 1));
  }
}
