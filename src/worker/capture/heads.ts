import { notesOn } from '../../core/directions/contrast-notes.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import { optionsOf } from '../../core/directions/finder.js';
import { chooseHeads, directionOfHeads } from '../../core/directions/head-fit.js';
import type { HeadFinder } from '../../core/directions/index.js';
import { SteerboardError } from '../../core/errors.js';
import { headLayers, type AttentionHeads } from '../../core/onnx/attentionHeads.js';
import { headOutputs } from '../../core/onnx/hooks.js';
import { sumOf } from '../../core/onnx/vectorSet.js';
import { floatsIn } from '../../core/onnx/weightMatrix.js';
import type { FitRequest } from '../../protocol/api.js';
import { ensureHooks } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { openWeightFiles, type WeightFiles } from '../weights/weight-files.js';
import { inPieces, type OnProgress, type Turn } from './background.js';
import { captureContrast, readContrast, type ReadResidual } from './contrast.js';
import { textsFor } from './texts-for.js';

/**
 * Finds what is added to attention heads, from what they gave to contrast texts, and takes it through W_O to where attention
 * adds to the stream. Same errors as {@link captureContrast}, `model-unsupported` where the model's heads are not found, and
 * those of the fit.
 */
export async function fitHeads(
  model: SteeredModel,
  finder: HeadFinder,
  request: FitRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<FittedDirection> {
  const texts = textsFor(finder, request);
  if (request.hook !== undefined && request.hook !== finder.hook) {
    const message = `"${finder.label}" is written where attention adds to the stream. Choose ${finder.hook}.`;
    throw new SteerboardError('unexpected', message, { hook: request.hook });
  }
  const options = optionsOf(finder, request.options);
  const files = await openWeightFiles(model);
  const { layers, heads, size } = headLayers(files.weights.attention);
  // Both at once, so that the graph is opened once.
  await turn(() => ensureHooks(model, { [finder.hook]: 'read', [headOutputs]: 'read' }));
  const perToken = layers.length * heads * size;
  const outputs = await readContrast(model, texts, headOutputs, task, onProgress, turn, perToken);
  const added = await captureContrast(model, texts, finder.hook, task, onProgress, turn);
  const steps = chooseHeads({
    finder,
    options,
    texts,
    layers: layers.map(({ layer }) => layer),
    heads,
    size,
    positive: plain(outputs.positive),
    negative: plain(outputs.negative),
  });
  const total = layers.length * heads;
  const found = await inPieces(steps, task, (done) => onProgress({ label: 'Comparing the heads', done, total }));
  const vectors: Float64Array[] = [];
  for (const [index, { layer, shift }] of found.shifts.entries()) {
    onProgress({ label: 'Reading the weights', done: index, total: found.shifts.length });
    const own = layers.find((it) => it.layer === layer)!.found;
    vectors.push(await throughOutput(own, shift, files, () => task.breathe()));
  }
  return directionOfHeads({
    model: model.stamp,
    finder,
    options,
    texts,
    found,
    vectors,
    positive: plain(added.positive),
    negative: plain(added.negative),
    residualNorms: added.residualNorms,
    notes: notesOn(texts),
  });
}

function plain(side: readonly ReadResidual[]): readonly Float32Array[] {
  return side.map(({ residual }) => residual);
}

/** What is added to the heads' outputs [H · size], times W_O and the family's factor: [d]. */
async function throughOutput(
  { writing, factors }: AttentionHeads,
  shift: Float64Array,
  { read }: WeightFiles,
  onRows: () => Promise<void>,
): Promise<Float64Array> {
  let factor = 1;
  for (const number of factors) factor *= (await floatsIn(number, read))[0]!;
  const sum = await sumOf(writing, shift, read, onRows);
  return sum.map((value) => factor * value);
}
