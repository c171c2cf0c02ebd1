import { kthLargest } from '../tensors/selection.js';
import type { SamplingSettings } from '../sampling.js';

/**
 * What a graph says of a prediction without its logits: the k likeliest tokens and the sums over the whole vocabulary.
 * Choosing from it is worth while where logits are far away, as on a GPU.
 */
export interface TopLogits {
  /** The k largest logits [k], largest first, equal ones in order of id. */
  readonly values: ArrayLike<number>;
  /** Their token ids [k]. */
  readonly ids: ArrayLike<number>;
  /** log Σ exp(logit − largest logit), over the vocabulary. */
  readonly logTotal: number;
  /** log Σ exp((logit − largest logit) / temperature), over the vocabulary; at the temperature that is sampled with. */
  readonly logTotalAtTemperature: number;
  readonly vocabulary: number;
}

/**
 * How far a total from a GPU may be from the exact one, relative to it: adding 150k float32 in 256 strands loses at most
 * 600 · 2⁻²⁴ = 4e-5, and WGSL allows exp(x) an error of 3 + 2|x| units in the last place, 1e-5 for the terms that count.
 */
const errorOfTotal = 1e-4;
/** The same for sums made here, in doubles. */
const errorOfSum = 1e-12;

/** Settings under which k tokens can decide; the others need the whole vocabulary for every token. */
export function topCanDecide(settings: SamplingSettings, k: number): boolean {
  if (!(settings.repetitionPenalty >= 1)) return false; // raises logits that are not among the top
  return settings.temperature <= 0 || settings.topP < 1 || (settings.topK > 0 && settings.topK <= k);
}

/** Tokens that may be drawn, in order of id, and their weights; `null` when the top does not decide which they are. */
export interface Kept {
  readonly ids: readonly number[];
  readonly weights: readonly number[];
}

/**
 * The tokens and weights that the filters leave of all logits, bit for bit, told from the top alone; `null` where that
 * is not certain.
 *
 * Why it is certain: every token that is not in the top has a logit of at most the least of the top, and a penalty ≥ 1
 * only lowers logits. So the tokens of the top that are still above that least after the penalty (`known`) are the
 * likeliest of the vocabulary, with nothing missing between them. Greedy and top-k ask for no more than that. The nucleus
 * needs the total at this temperature too: the graph's, less what the penalty took from tokens of the top, less something
 * between 0 and the least's weight for every token that was seen and is not in the top. The nucleus is taken only when it
 * is the same set at both ends of what the total can be, rounding on the GPU included, and lies within `known`.
 */
export function keptOfTop(top: TopLogits, settings: SamplingSettings, seen: ReadonlySet<number>): Kept | null {
  if (!topCanDecide(settings, top.values.length) || !isFiniteTop(top)) return null;
  const temperature = settings.temperature > 0 ? settings.temperature : 1;
  const penalty = settings.repetitionPenalty;
  const count = top.values.length;
  const isWhole = count >= top.vocabulary;
  const least = isWhole ? -Infinity : top.values[count - 1]! / temperature;
  const known: { id: number; score: number }[] = [];
  const lowered: { before: number; after: number }[] = [];
  for (let i = 0; i < count; i++) {
    const id = top.ids[i]!;
    const logit = top.values[i]!;
    const isPenalised = penalty !== 1 && seen.has(id);
    const score = (isPenalised ? (logit > 0 ? logit / penalty : logit * penalty) : logit) / temperature;
    if (isPenalised) lowered.push({ before: logit / temperature, after: score });
    if (score > least) known.push({ id, score });
  }
  if (known.length === 0) return null;
  known.sort((a, b) => b.score - a.score || a.id - b.id);
  if (settings.temperature <= 0) return { ids: [known[0]!.id], weights: [1] };

  const largest = known[0]!.score;
  let tokens = known;
  let isExact = isWhole;
  if (settings.topK > 0 && settings.topK < top.vocabulary) {
    if (settings.topK > known.length) return null;
    const threshold = kthLargest(
      Float64Array.from(known, ({ score }) => score),
      settings.topK,
    );
    tokens = known.filter(({ score }) => score >= threshold);
    isExact = true;
  }
  const weighted = tokens.map(({ id, score }) => ({ id, weight: Math.exp(score - largest) }));
  if (settings.topP >= 1) return isExact ? inOrder(weighted) : null;

  let [fewest, most] = [0, 0];
  if (isExact) {
    const sum = weighted.reduce((total, { weight }) => total + weight, 0);
    [fewest, most] = [sum * (1 - errorOfSum), sum * (1 + errorOfSum)];
  } else {
    const unpenalised = Math.exp(top.logTotalAtTemperature + top.values[0]! / temperature - largest);
    const total = lowered.reduce(
      (sum, { before, after }) => sum - Math.exp(before - largest) + Math.exp(after - largest),
      unpenalised,
    );
    const elsewhere = penalty === 1 ? 0 : seen.size - lowered.length;
    most = total + errorOfTotal * unpenalised;
    fewest = total - elsewhere * Math.exp(least - largest) - errorOfTotal * unpenalised;
  }
  const size = reaching(weighted, settings.topP * fewest);
  return size !== null && size === reaching(weighted, settings.topP * most) ? inOrder(weighted.slice(0, size)) : null;
}

function isFiniteTop({ values, logTotal, logTotalAtTemperature }: TopLogits): boolean {
  return [values[0]!, values[values.length - 1]!, logTotal, logTotalAtTemperature].every(Number.isFinite);
}

/** How many of the first weights reach the target; at least one, `null` when all together do not. */
function reaching(weighted: readonly { readonly weight: number }[], target: number): number | null {
  let sum = 0;
  for (let i = 0; i < weighted.length; i++) {
    sum += weighted[i]!.weight;
    if (sum >= target) return i + 1;
  }
  return null;
}

function inOrder(weighted: readonly { readonly id: number; readonly weight: number }[]): Kept {
  const sorted = weighted.toSorted((a, b) => a.id - b.id);
  return { ids: sorted.map(({ id }) => id), weights: sorted.map(({ weight }) => weight) };
}
