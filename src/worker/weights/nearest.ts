import { neighboursOf } from '../../core/directions/neighbours.js';
import { SteerboardError } from '../../core/errors.js';
import type { MlpWeights, ReadingPart } from '../../core/onnx/modelWeights.js';
import { isUnreadable } from '../../core/onnx/projections.js';
import { dotsWith, type VectorSet } from '../../core/onnx/vectorSet.js';
import { largestIndices } from '../../core/tensors/selection.js';
import { norm } from '../../core/tensors/vector.js';
import type {
  FeatureLists,
  Missing,
  NearestWeights,
  NearestWeightsRequest,
  NeuronLists,
  Progress,
  TokenLists,
} from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { dictionaryNamed } from './dictionaries.js';
import { textOfToken } from './one-token.js';
import { openWeightFiles, type WeightFiles } from './weight-files.js';

/** Everything that one request reads with. */
interface Reading extends WeightFiles {
  readonly model: SteeredModel;
  readonly request: NearestWeightsRequest;
  /** Told how much of one matrix is done; lets messages in, and ends the reading when the task was cancelled. */
  readonly during: (label: string) => (done: number, total: number) => Promise<void>;
}

/**
 * Which weights lie along a direction: neurons that read or write it, tokens whose logits it raises or lowers, features of an
 * imported dictionary. Nothing is run; the matrices are read from the model's files a block at a time.
 *
 * @throws SteerboardError `document-other-model` when the direction is not as wide as the model
 */
export async function nearestWeights(
  model: SteeredModel,
  request: NearestWeightsRequest,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<NearestWeights> {
  const { vector, layer, hook } = request;
  const { width } = model.shape;
  if (vector.length === width && !(norm(vector) > 0)) {
    const message = 'The direction is zero or not finite here, so nothing lies along it. Choose another layer.';
    throw new SteerboardError('direction-degenerate', message, { layer });
  }
  if (vector.length !== width) {
    const message = `The direction has ${vector.length} values, and this model's residual stream is ${width} wide. Fit it on this model.`;
    throw new SteerboardError('document-other-model', message, { given: vector.length, width });
  }
  onProgress({ label: 'Finding the weights', done: 0, total: 0 });
  const files = await openWeightFiles(model);
  const during = (label: string) => async (done: number, total: number) => {
    onProgress({ label, done, total });
    await task.breathe();
  };
  const reading: Reading = { ...files, model, request, during };
  const { reader, writer } = neighboursOf(hook, layer, model.decoder.report.blocks);
  return {
    reads: await neuronsOf(reading, reader, 'reads'),
    writes: await neuronsOf(reading, writer, 'writes'),
    tokens: await tokensOf(reading),
    features: request.dictionary ? await featuresOf(reading, request.dictionary, width) : null,
  };
}

async function neuronsOf(reading: Reading, block: number, side: 'reads' | 'writes'): Promise<NeuronLists | Missing> {
  if (block < 0) return { missing: 'No MLP writes before the first block: there stands the embedding.' };
  const mlp = reading.weights.mlps[block];
  if (mlp === undefined) return { missing: 'No MLP reads after the last block: there follows the unembedding.' };
  if (isUnreadable(mlp)) return { missing: `Block ${block}: ${mlp.unreadable}.` };
  const parts = partsOf(mlp, side);
  const { throughGain, vector, count } = reading.request;
  const found: { part: ReadingPart | 'out'; neuron: number; cosine: number }[] = [];
  for (const { part, vectors } of parts) {
    const label =
      side === 'reads' ? `Neurons of block ${block} that read it` : `Neurons of block ${block} that write it`;
    const cosines = await cosinesOf(reading, vectors, vector, throughGain || side === 'writes', label);
    cosines.forEach((cosine, neuron) => found.push({ part, neuron, cosine }));
  }
  const { top, bottom } = ends(
    found.map(({ cosine }) => cosine),
    count,
  );
  return {
    block,
    neurons: mlp.neurons,
    hasGain: parts.some(({ vectors }) => vectors.gain !== null),
    top: top.map((index) => found[index]!),
    bottom: bottom.map((index) => found[index]!),
  };
}

function partsOf(
  mlp: MlpWeights,
  side: 'reads' | 'writes',
): readonly { readonly part: ReadingPart | 'out'; readonly vectors: VectorSet }[] {
  return side === 'reads' ? mlp.reading : [{ part: 'out', vectors: mlp.writing }];
}

/** Cosines of all vectors of a set with a direction, [count]; 0 for a vector of zeros. */
async function cosinesOf(
  { read, during }: Pick<Reading, 'read' | 'during'>,
  set: VectorSet,
  vector: Float32Array,
  throughGain: boolean,
  label: string,
): Promise<Float64Array> {
  const { dots, norms } = await dotsWith(set, vector, throughGain, read, during(label));
  const length = norm(vector);
  return dots.map((dot, index) => (norms[index]! > 0 ? dot / norms[index]! / length : 0));
}

/** Tokens are ordered by their logit, as the logit lens does; ids that the tokenizer does not have are left out. */
async function tokensOf(reading: Reading): Promise<TokenLists | Missing> {
  const { weights, model, read, during, request } = reading;
  const { unembedding } = weights;
  if (isUnreadable(unembedding)) return { missing: `The unembedding: ${unembedding.unreadable}.` };
  const label = 'Tokens that it promotes';
  const { dots, norms } = await dotsWith(unembedding, request.vector, request.throughGain, read, during(label));
  const length = norm(request.vector);
  const known = dots.subarray(0, Math.min(dots.length, model.tokenizer.size));
  const { top, bottom } = ends(known, request.count);
  const { tokenizer } = model;
  const listed = (id: number) => ({
    id,
    // Of a part of a character there is no piece yet.
    piece: tokenizer.describe([id]).pieces[0] || tokenizer.decode([id]),
    text: textOfToken(tokenizer, id),
    logit: dots[id]! / length,
    cosine: norms[id]! > 0 ? dots[id]! / norms[id]! / length : 0,
  });
  return { hasGain: unembedding.gain !== null, top: top.map(listed), bottom: bottom.map(listed) };
}

async function featuresOf(reading: Reading, name: string, width: number): Promise<FeatureLists | Missing> {
  const dictionary = await dictionaryNamed(name);
  if (!dictionary) return { missing: `There is no dictionary "${name}" here. Import it again.` };
  const { info, vectors, read } = dictionary;
  if (info.width !== width) {
    return { missing: `"${name}" is ${info.width} wide, and this model ${width}: it was made for another model.` };
  }
  const { vector, count } = reading.request;
  const cosines = await cosinesOf({ ...reading, read }, vectors, vector, false, `Features of ${name}`);
  const { top, bottom } = ends(cosines, count);
  const listed = (feature: number) => ({ feature, cosine: cosines[feature]! });
  return { dictionary: name, top: top.map(listed), bottom: bottom.map(listed) };
}

/** Indices of the largest values, largest first, and of the smallest, smallest first. */
function ends(values: ArrayLike<number>, count: number) {
  const negated = Float64Array.from(values, (value) => -value);
  return { top: largestIndices(values, count), bottom: largestIndices(negated, count) };
}
