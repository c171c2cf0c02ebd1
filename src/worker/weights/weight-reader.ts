import { layerBeside } from '../../core/directions/neighbours.js';
import type { WeightReader } from '../../core/directions/finder.js';
import { SteerboardError } from '../../core/errors.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { MlpWeights } from '../../core/onnx/modelWeights.js';
import { isUnreadable, type Unreadable } from '../../core/onnx/projections.js';
import { vectorAt, type VectorSet } from '../../core/onnx/vectorSet.js';
import type { Progress } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { oneToken } from './one-token.js';
import { openWeightFiles } from './weight-files.js';

/** What finders are told of a model's weights. Columns of large matrices are read block by block, with progress. */
export async function weightReader(
  model: SteeredModel,
  hook: HookName,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<WeightReader> {
  const { weights, read } = await openWeightFiles(model);
  const { layers } = model.shape;
  const vector = async (set: VectorSet, index: number, throughGain: boolean) =>
    vectorAt(set, index, throughGain, read, async (done, total) => {
      onProgress({ label: 'Reading the weights', done, total });
      await task.breathe();
    });
  const mlp = (block: number, neuron: number): MlpWeights => {
    const found = weights.mlps[block];
    if (found === undefined) throw outside('block', block, layers);
    const known = readable(found, `The MLP of block ${block}`);
    if (neuron < 0 || neuron >= known.neurons || !Number.isInteger(neuron)) {
      throw outside('neuron', neuron, known.neurons);
    }
    return known;
  };
  return {
    layers,
    token: (text) => oneToken(model.tokenizer, text),
    unembedding: (token, throughGain) => vector(readable(weights.unembedding, 'The unembedding'), token, throughGain),
    embedding: (token) => vector(readable(weights.embedding, 'The embedding'), token, false),
    async reading(block, part, neuron, throughGain) {
      const { reading } = mlp(block, neuron);
      const found = part === 'up' ? reading.find((it) => it.part === 'up') : reading[0];
      if (found) return vector(found.vectors, neuron, throughGain);
      const message = `The MLP of block ${block} has no gate, so there is one matrix that reads only. Choose “What it reads”.`;
      throw new SteerboardError('input-empty', message, { block });
    },
    // What an active neuron adds goes through the norm that stands before the sum, where there is one.
    writing: async (block, neuron) => vector(mlp(block, neuron).writing, neuron, true),
    layerBeside: (side, block) => layerBeside(side, block, hook, model.decoder.report.blocks),
  };
}

/** @throws SteerboardError `model-unsupported` with the reason why a weight is not there. */
export function readable<Value extends object>(found: Value | Unreadable, what: string): Value {
  if (!isUnreadable(found)) return found;
  const message = `${what} of this model cannot be read: ${found.unreadable}. Choose another dtype, or take a direction from texts.`;
  throw new SteerboardError('model-unsupported', message, { reason: found.unreadable });
}

function outside(what: string, given: number, count: number): SteerboardError {
  const message = `There is no ${what} ${given}: this model has ${count}, counted from 0. Choose 0 to ${count - 1}.`;
  return new SteerboardError('input-empty', message, { given, count });
}
