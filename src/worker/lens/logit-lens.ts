import { emptyGrid, fillCell } from '../../core/lens/predictions.js';
import { emptyPlan } from '../../core/steering/plan.js';
import type { LensReport, LensRequest } from '../../protocol/api.js';
import type { OnProgress, Turn } from '../capture/background.js';
import { textGone } from '../compare.js';
import { decideApart } from '../generation/conditions.js';
import { readingOfText } from '../generation/forward.js';
import type { Reading } from '../generation/reading.js';
import { readInTurns } from '../generation/read-in-turns.js';
import { preparePlans } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { LensHead } from './lens-head.js';

/** Logits of one run of the head: what is made of them in JavaScript takes some 50 ms. */
const mostLogits = 2 ** 19;

/**
 * Reads the text under the plan and without it, and every layer's residuals through the head. The head is given one layer of one
 * state at a time: in 8 bits its activations share a scale, which other layers would change.
 */
export async function logitLens(
  model: SteeredModel,
  request: LensRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<LensReport> {
  const text = model.texts.find((kept) => kept.textId === request.textId);
  if (!text) throw textGone();
  const { layers } = model.shape;
  const from = Math.max(1, request.from);
  const to = Math.max(from, Math.min(request.to, text.ids.length));
  const grid = emptyGrid(layers, to - from, request.candidates);
  onProgress({ label: 'Opening the head', done: 0, total: 0 });
  await turn(() => headOf(model));
  const { ids, promptLength } = text;
  const readings = await turn(async () => {
    const prompt = { ids: ids.slice(0, promptLength), spoken: text.spoken };
    const plan = await decideApart(model, prompt, request.plan);
    const plans = await preparePlans(model, [emptyPlan, plan]);
    return plans.map((plan) => readingOfText(model, ids, text, plan));
  });
  // A token is predicted at the one before it.
  const read = ids.slice(0, to - 1);
  const states: Float32Array[] = [];
  for (const reading of readings) {
    onProgress({ label: 'Reading the text', done: states.length, total: readings.length });
    states.push(await residualsFrom(model, read, reading, promptLength, from - 1, task, turn));
  }
  const atOnce = Math.max(1, Math.floor(mostLogits / model.shape.vocabulary));
  const total = layers * (to - from);
  let done = 0;
  for (let start = 0; start < to - from; start += atOnce) {
    const count = Math.min(atOnce, to - from - start);
    for (let layer = 0; layer < layers; layer++) {
      onProgress({ label: 'Looking through the lens', done, total });
      const [baseline, steered] = await turn(async () => {
        const head = await headOf(model);
        const logits: Float32Array[] = [];
        for (const state of states) logits.push(await head.logits(layerOf(model, state, layer, start, count)));
        return logits;
      });
      const vocabulary = baseline!.length / count;
      for (let i = 0; i < count; i++) {
        const row = (logits: Float32Array) => logits.subarray(i * vocabulary, (i + 1) * vocabulary);
        fillCell(grid, layer, start + i, ids[from + start + i]!, row(baseline!), row(steered!));
      }
      done += count;
      await task.breathe();
    }
  }
  return { ...grid, from, pieces: piecesOf(model, ids.slice(from, to), grid.baseline.ids, grid.steered.ids) };
}

/** Opened when it is asked for, and again after whoever had a turn in between let go of it. */
async function headOf(model: SteeredModel): Promise<LensHead> {
  return (model.head ??= await LensHead.open(model));
}

/** Residuals of the tokens from a position on, [T, L·d]. */
async function residualsFrom(
  model: SteeredModel,
  ids: readonly number[],
  reading: Reading,
  promptLength: number,
  from: number,
  task: Task,
  turn: Turn,
): Promise<Float32Array> {
  const perToken = model.shape.layers * model.shape.width;
  const residuals = new Float32Array(Math.max(0, ids.length - from) * perToken);
  await readInTurns(model, ids, reading, promptLength, task, turn, (chunk) => {
    const skipped = Math.max(0, Math.min(chunk.length, from - chunk.start));
    residuals.set(
      chunk.residuals.subarray(skipped * perToken, chunk.length * perToken),
      (chunk.start + skipped - from) * perToken,
    );
  });
  return residuals;
}

/** One layer of some tokens, [count, d]. */
function layerOf(
  { shape: { layers, width } }: SteeredModel,
  residuals: Float32Array,
  layer: number,
  start: number,
  count: number,
): Float32Array {
  const rows = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const at = ((start + i) * layers + layer) * width;
    rows.set(residuals.subarray(at, at + width), i * width);
  }
  return rows;
}

function piecesOf({ tokenizer }: SteeredModel, ...lists: readonly ArrayLike<number>[]): ReadonlyMap<number, string> {
  const ids = new Set(lists.flatMap((list) => Array.from(list)));
  return new Map([...ids].map((id) => [id, tokenizer.decode([id])]));
}
