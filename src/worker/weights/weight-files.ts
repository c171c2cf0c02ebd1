import { SteerboardError } from '../../core/errors.js';
import { findModelWeights, type ModelWeights } from '../../core/onnx/modelWeights.js';
import type { ReadBytes } from '../../core/onnx/tensorBytes.js';
import type { SteeredModel, UneditedGraph } from '../model/steered-model.js';

/** Where a model's weights are, and how to read them. */
export interface WeightFiles {
  readonly weights: ModelWeights;
  readonly read: ReadBytes;
}

/** Files of up to this size may stay in memory after they were read; larger ones are read again, or lie on disk anyway. */
const mostKept = 64e6;
const kept = new WeakMap<SteeredModel, WeightFiles>();

/** Finds a model's weights in its files. Of files on disk only the graph is read; slices of the weights come when they are asked for. */
export async function openWeightFiles(model: SteeredModel): Promise<WeightFiles> {
  const known = kept.get(model);
  if (known) return known;
  const graph = await model.readGraph();
  const files: WeightFiles = {
    weights: findModelWeights(graph.bytes, model.shape.layers),
    read: readerOf(graph),
  };
  const inMemory = graph.others.reduce(
    (sum, { data }) => sum + (data instanceof Uint8Array ? data.length : 0),
    graph.bytes.length,
  );
  if (inMemory <= mostKept) kept.set(model, files);
  return files;
}

function readerOf({ others }: UneditedGraph): ReadBytes {
  const byPath = new Map(others.map(({ path, data }) => [path, data]));
  return async (location, offset, length) => {
    const data = byPath.get(location);
    if (data === undefined) {
      const message = `${location}, which holds weights of this model, is not there any more. Open the model again.`;
      throw new SteerboardError('file-unreadable', message, { path: location });
    }
    if (data instanceof Uint8Array) return data.subarray(offset, offset + length);
    return new Uint8Array(await data.slice(offset, offset + length).arrayBuffer());
  };
}
