import type { HookName } from '../../core/onnx/hooks.js';
import { norm } from '../../core/tensors/vector.js';
import type { Progress } from '../../protocol/api.js';
import { disposeCache } from '../generation/cache.js';
import { phaseFeeds } from '../generation/prompt.js';
import { sameIds } from '../generation/texts.js';
import { ensureHooks } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';

/** What is kept of a text that was read without steering. */
export interface CapturedText {
  readonly ids: readonly number[];
  /** Where it was read. */
  readonly hook: HookName;
  /** What stood there of every block at the token that is read, [L, d]. */
  readonly residual: Float32Array;
  /** Sum of ‖h‖ there of every block over the text's tokens that are not special, [L]. */
  readonly normSums: Float64Array;
  /** How many tokens that is. */
  readonly counted: number;
}

const mostRows = 16;
/** Values of residuals that a batch may return; bounds memory for wide models. */
const mostValues = 8 * 2 ** 20;

/** Reads texts in batches padded on the right; texts that are kept cost nothing. The result is in the order of `texts`. */
export async function captureTexts(
  model: SteeredModel,
  texts: readonly (readonly number[])[],
  hook: HookName,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<readonly CapturedText[]> {
  const captured = texts.map((ids) => model.captures.find((it) => it.hook === hook && sameIds(it.ids, ids)));
  const missing = texts.flatMap((_, index) => (captured[index] ? [] : [index]));
  const known = texts.length - missing.length;
  let done = known;
  if (missing.length > 0) await ensureHooks(model, { [hook]: 'read' });
  onProgress({ label: 'Reading the texts', done, total: texts.length });
  for (const batch of batches(model, texts, missing)) {
    await task.breathe();
    const made = await readBatch(
      model,
      batch.map((index) => texts[index]!),
      hook,
    );
    made.forEach((text, row) => {
      model.captures.add(text);
      captured[batch[row]!] = text;
    });
    done += batch.length;
    onProgress({ label: 'Reading the texts', done, total: texts.length });
  }
  return captured.map((text) => text!);
}

/** Texts of similar length together; of the same length where the graph's fused attention allows no padding. */
function batches(model: SteeredModel, texts: readonly (readonly number[])[], missing: readonly number[]): number[][] {
  const length = (index: number) => texts[index]!.length;
  const perToken = model.shape.layers * model.shape.width;
  const groups: number[][] = [];
  for (const index of missing.toSorted((a, b) => length(a) - length(b))) {
    const group = groups[groups.length - 1];
    const fits =
      group !== undefined &&
      group.length < mostRows &&
      (group.length + 1) * length(index) * perToken <= mostValues &&
      (model.decoder.report.attention.paddable || length(group[0]!) === length(index));
    if (fits) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

async function readBatch(
  model: SteeredModel,
  texts: readonly (readonly number[])[],
  hook: HookName,
): Promise<CapturedText[]> {
  const { decoder, shape, tokenizer } = model;
  const rows = texts.length;
  const length = Math.max(...texts.map((ids) => ids.length));
  const ids = new Int32Array(rows * length);
  texts.forEach((text, row) => ids.set(text, row * length));
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
    lengths: texts.map((text) => text.length),
    hook,
  });
  disposeCache(result.cache);
  const perToken = shape.layers * shape.width;
  return texts.map((text, row) => {
    const start = (position: number) => (row * length + position) * perToken;
    const normSums = new Float64Array(shape.layers);
    let counted = 0;
    text.forEach((id, position) => {
      if (tokenizer.isSpecial(id)) return;
      counted++;
      for (let layer = 0; layer < shape.layers; layer++) {
        const at = start(position) + layer * shape.width;
        normSums[layer]! += norm(result.residuals.subarray(at, at + shape.width));
      }
    });
    const residual = result.residuals.slice(start(text.length - 1), start(text.length));
    return { ids: text, hook, residual, normSums, counted };
  });
}
