/**
 * The outputs of attention's heads, found by structure: what attention adds to the residual is one product of them, side by
 * side, with a matrix W_O. So what is added to a head's output before W_O can as well be added, times W_O, after it.
 */
import type { NodeProto, TensorProto } from 'onnx-buf';
import { SteerboardError } from '../errors.js';
import { integerAttribute, type GraphIndex } from './graph.js';
import type { CacheLayout } from './hooks.js';
import { isUnreadable, projectionOf, type Unreadable } from './projections.js';
import type { Block, ResidualStream } from './residualStream.js';
import { widthOfSet, type VectorSet } from './vectorSet.js';
import { streamTensors, walkBack } from './walkBack.js';

export interface AttentionHeads {
  /** How many heads, H. */
  readonly heads: number;
  /** Values of one head. */
  readonly size: number;
  /** The tensor with the outputs of all heads side by side, [B, S, H · size]; of some exporters [B · S, H · size]. */
  readonly tensor: string;
  /** W_O: a vector [d] for each value of each head, head by head. */
  readonly writing: VectorSet;
  /** Numbers that the product is multiplied with before it is added, as some families do; one element each. */
  readonly factors: readonly TensorProto[];
}

/** By layer. */
export function findAttentionHeads(
  index: GraphIndex,
  stream: ResidualStream,
  cache: CacheLayout,
  width: number,
): readonly (AttentionHeads | Unreadable)[] {
  const stops = streamTensors(stream);
  return stream.blocks.map((block) => headsOf(index, block, stops, cache, width));
}

function headsOf(
  index: GraphIndex,
  { attention }: Block,
  stops: ReadonlySet<string>,
  cache: CacheLayout,
  width: number,
): AttentionHeads | Unreadable {
  if (attention === null)
    return { unreadable: 'its attention’s output was not told apart from what else the block adds' };
  const { node, isNormed, gain, factors } = walkBack(index, attention.node.input[attention.input] ?? '', stops);
  const projection = node && projectionOf(index, node);
  if (!node || !projection)
    return { unreadable: 'what its attention adds is not the result of one product with a matrix' };
  if (isUnreadable(projection)) return projection;
  if (isNormed || gain !== null || factors.some(({ divides }) => divides)) {
    return {
      unreadable:
        'a norm stands between its heads and the residual, so what is added to a head is not added to the residual',
    };
  }
  const { matrix, inputsAre } = projection;
  const count = inputsAre === 'rows' ? matrix.rows : matrix.columns;
  const writing: VectorSet = { matrix, along: inputsAre, from: 0, count, gain: null };
  if (widthOfSet(writing) !== width)
    return { unreadable: `its attention ends in a matrix of ${widthOfSet(writing)} values` };
  const tensor = beforeQuantising(index, node.input[0] ?? '');
  const source = sourceOf(index, tensor);
  if (source === null) return { unreadable: 'it has no attention whose heads could be told apart' };
  const heads = integerAttribute(source, 'num_heads') ?? count / (headSizeIn(cache) ?? count);
  if (!Number.isInteger(heads) || heads < 1 || count % heads !== 0) {
    return { unreadable: `how its ${count} values of attention divide into heads is not known` };
  }
  return { heads, size: count / heads, tensor, writing, factors: factors.map(({ number }) => number) };
}

/** Activations are made integers before an 8-bit product. */
function beforeQuantising(index: GraphIndex, name: string): string {
  const node = index.producer.get(name);
  return node?.opType === 'DynamicQuantizeLinear' ? (node.input[0] ?? '') : name;
}

const arranging = new Set([
  'Cast',
  'Identity',
  'Clip',
  'Dropout',
  'Reshape',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Concat',
]);

/** What made the heads' outputs: a fused attention, or the product of its weights with the values. Null: neither. */
function sourceOf(index: GraphIndex, tensor: string): NodeProto | null {
  let node = index.producer.get(tensor);
  while (node !== undefined && arranging.has(node.opType)) node = index.producer.get(node.input[0] ?? '');
  if (node === undefined) return null;
  if (integerAttribute(node, 'num_heads') !== null) return node;
  const isProduct = ['MatMul', 'FusedMatMul', 'Einsum'].includes(node.opType);
  return isProduct && projectionOf(index, node) === null ? node : null;
}

/** Values of a head, as the caches of keys and values are declared; null where they differ or do not say. */
function headSizeIn({ entries }: CacheLayout): number | null {
  const sizes = new Set(entries.filter(({ dims }) => dims.includes(-2)).map(({ dims }) => dims.at(-1)!));
  // Keys may be kept turned, so that their last axis is the one that grows.
  sizes.delete(-2);
  const [size] = sizes;
  return sizes.size === 1 && size !== undefined && size > 0 ? size : null;
}

/** The layers that have heads, all of the same number and size. */
export interface HeadLayers {
  /** In order. */
  readonly layers: readonly { readonly layer: number; readonly found: AttentionHeads }[];
  /** Of each layer. */
  readonly heads: number;
  /** Values of one head. */
  readonly size: number;
}

/** @throws SteerboardError `model-unsupported` with the first layer's reason where none has heads, or when they differ */
export function headLayers(all: readonly (AttentionHeads | Unreadable)[]): HeadLayers {
  const layers = all.flatMap((found, layer) => (isUnreadable(found) ? [] : [{ layer, found }]));
  const [first] = layers;
  if (first === undefined) throw refused(all.find(isUnreadable)?.unreadable ?? 'it has no blocks');
  const { heads, size } = first.found;
  if (layers.some(({ found }) => found.heads !== heads || found.size !== size)) {
    throw refused('its layers have heads of different numbers or sizes');
  }
  return { layers, heads, size };
}

function refused(reason: string): SteerboardError {
  const message = `The heads of this model's attention cannot be steered: ${reason}. Choose another way to find the direction.`;
  return new SteerboardError('model-unsupported', message, { reason });
}
