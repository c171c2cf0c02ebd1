import { headOutputs, type ReadPoint } from '../../core/onnx/hooks.js';
import { norm } from '../../core/tensors/vector.js';
import { disposeCache } from '../generation/cache.js';
import { phaseFeeds } from '../generation/prompt.js';
import { ensureHooks } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import type { OnProgress, Turn } from './background.js';
import { answers, meanOfTokens, type CapturedText } from './captured-text.js';
import type { EncodedText } from './encode.js';

const mostRows = 16;
/** Values of residuals that a batch may return; bounds memory for wide models. */
const mostValues = 8 * 2 ** 20;
/** Products of a batch, about: whoever waits for the model waits for one batch at most, some tenths of a second. */
const mostProducts = 2 ** 33;

/**
 * Reads texts in batches padded on the right; texts that are kept cost nothing, and other work has turns between batches. The
 * result is in the order of `texts`.
 *
 * @param perToken values that stand at the point for a token; absent: those of the stream at every block
 */
export async function captureTexts(
  model: SteeredModel,
  texts: readonly EncodedText[],
  hook: ReadPoint,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
  perToken = model.shape.layers * model.shape.width,
): Promise<readonly CapturedText[]> {
  const captured = texts.map((text) => model.captures.find((it) => answers(it, text, hook)));
  const missing = texts.flatMap((_, index) => (captured[index] ? [] : [index]));
  let done = texts.length - missing.length;
  if (missing.length > 0) await turn(() => ensureHooks(model, { [hook]: 'read' }));
  onProgress({ label: 'Reading the texts', done, total: texts.length });
  const whole = fitsWhole(model, texts, missing, perToken);
  for (const batch of batches(model, texts, missing, perToken)) {
    await task.breathe();
    const rows = batch.map((index) => texts[index]!);
    const made = await turn(async () => {
      // Whoever had a turn in between may have opened the graph without the heads.
      await ensureHooks(model, { [hook]: 'read' });
      return readBatch(model, rows, hook, whole, perToken);
    });
    made.forEach((text, row) => {
      model.captures.add(text);
      captured[batch[row]!] = text;
    });
    done += batch.length;
    onProgress({ label: 'Reading the texts', done, total: texts.length });
  }
  return captured.map((text) => text!);
}

/** Whether every token of the texts can be kept, so that reading other ones costs no run. */
function fitsWhole(
  { captures }: SteeredModel,
  texts: readonly EncodedText[],
  missing: readonly number[],
  perToken: number,
): boolean {
  const tokens = missing.reduce((sum, index) => sum + texts[index]!.ids.length, 0);
  return tokens * perToken * Float32Array.BYTES_PER_ELEMENT <= captures.mostBytes / 2;
}

/**
 * Texts of similar length together; of the same length where the graph's fused attention allows no padding. What has to be
 * read in pieces is read alone.
 */
function batches(
  model: SteeredModel,
  texts: readonly EncodedText[],
  missing: readonly number[],
  perToken: number,
): number[][] {
  const length = (index: number) => texts[index]!.ids.length;
  const { layers, width } = model.shape;
  const mostTokens = Math.min(mostValues / perToken, mostProducts / (12 * layers * width * width));
  const groups: number[][] = [];
  for (const index of missing.toSorted((a, b) => length(a) - length(b))) {
    const group = groups[groups.length - 1];
    const fits =
      group !== undefined &&
      group.length < mostRows &&
      length(index) <= model.decoder.mostAtOnce &&
      (group.length + 1) * length(index) <= mostTokens &&
      (model.decoder.report.attention.paddable || length(group[0]!) === length(index));
    if (fits) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

async function readBatch(
  model: SteeredModel,
  texts: readonly EncodedText[],
  hook: ReadPoint,
  whole: boolean,
  perToken: number,
): Promise<CapturedText[]> {
  const { decoder } = model;
  const rows = texts.length;
  const length = Math.max(...texts.map((text) => text.ids.length));
  const ids = new Int32Array(rows * length);
  texts.forEach((text, row) => ids.set(text.ids, row * length));
  const result = await decoder.run({
    ids,
    rows,
    length,
    past: decoder.empty(rows),
    steering: phaseFeeds(
      model,
      texts.map(() => []),
    ),
    mask: new Float32Array(rows * length),
    logits: 'none',
    lengths: texts.map((text) => text.ids.length),
    hook,
  });
  disposeCache(result.cache);
  return texts.map((text, row) => {
    const start = row * length * perToken;
    const own = result.residuals.subarray(start, start + text.ids.length * perToken); // [T, L·d]
    const positions = whole || text.read === 'every' ? null : text.read;
    return {
      ids: text.ids,
      hook,
      positions,
      residuals: positions === null ? own.slice() : meanOfTokens(own, perToken, positions),
      ...(hook === headOutputs ? { normSums: new Float64Array(), counted: 0 } : normsOf(model, text.ids, own)),
    };
  });
}

/** Sum of ‖h‖ of every block over the tokens that are not special, and their number. */
function normsOf(
  { shape: { layers, width }, tokenizer }: SteeredModel,
  ids: readonly number[],
  residuals: Float32Array,
): Pick<CapturedText, 'normSums' | 'counted'> {
  const normSums = new Float64Array(layers);
  let counted = 0;
  ids.forEach((id, position) => {
    if (tokenizer.isSpecial(id)) return;
    counted++;
    for (let layer = 0; layer < layers; layer++) {
      const at = (position * layers + layer) * width;
      normSums[layer]! += norm(residuals.subarray(at, at + width));
    }
  });
  return { normSums, counted };
}
