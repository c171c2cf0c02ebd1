/** Goes back through a graph from a tensor to the product with a weight that made it, and says what lies between. */
import type { NodeProto, TensorProto } from 'onnx-buf';
import { isSkipNode } from './flow.js';
import type { GraphIndex } from './graph.js';
import { projectionOf } from './projections.js';
import type { ResidualStream } from './residualStream.js';
import { elementsOf } from './tensorBytes.js';

/** Every cut: where a walk back through a branch has arrived at the stream. */
export function streamTensors({ embedding, blocks }: ResidualStream): ReadonlySet<string> {
  return new Set(
    [embedding, ...blocks.flatMap(({ mid, post }) => (mid ? [mid, post] : [post]))].map((it) => it.tensor),
  );
}

/** Operators that change no value, at most its type or shape. */
export const passing = new Set([
  'Cast',
  'Identity',
  'Clip',
  'Dropout',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Gather',
]);
const norms = new Set(['LayerNormalization', 'SimplifiedLayerNormalization', 'RMSNormalization']);

export interface Walked {
  /** The product that was met; null when the walk came to the stream, or to something that is not known. */
  readonly node: NodeProto | null;
  /** The gain of the norm on the way, [d]. */
  readonly gain: TensorProto | null;
  /** Whether something lies on the way that depends on the text: a norm, or another factor. */
  readonly isNormed: boolean;
  /** Numbers that the result is multiplied with on the way, one element each; of divisions, what it is divided by. */
  readonly factors: readonly { readonly number: TensorProto; readonly divides: boolean }[];
}

/** Goes back from a tensor, through biases, norms and changes of type, to the product that made it or to the stream. */
export function walkBack(index: GraphIndex, tensor: string, stops: ReadonlySet<string>): Walked {
  let gain: TensorProto | null = null;
  let isNormed = false;
  const factors: { number: TensorProto; divides: boolean }[] = [];
  const seen = new Set<string>();
  for (let name = tensor; !stops.has(name) && !seen.has(name);) {
    seen.add(name);
    const node = index.producer.get(name);
    if (node === undefined) break;
    if (isSkipNode(node) || norms.has(node.opType)) {
      gain = vectorIn(index, [node.input[isSkipNode(node) ? 2 : 1] ?? '']) ?? gain;
      isNormed = true;
      // A fused sum is the stream itself.
      if (isSkipNode(node)) break;
      name = node.input[0] ?? '';
    } else if (projectionOf(index, node) !== null) {
      return { node, gain, isNormed, factors };
    } else if (passing.has(node.opType) || node.opType === 'DynamicQuantizeLinear' || node.opType === 'Slice') {
      name = node.input[0] ?? '';
    } else if (node.opType === 'Mul' || node.opType === 'Div' || node.opType === 'Add' || node.opType === 'Sub') {
      if (node.opType === 'Mul') gain = vectorIn(index, node.input) ?? gain;
      const next = nextOf(index, node, stops);
      if (next === null) break;
      const number = node.opType === 'Mul' || node.opType === 'Div' ? numberIn(index, node.input) : null;
      if (number !== null) factors.push({ number, divides: node.opType === 'Div' });
      else if (node.opType !== 'Add') isNormed ||= !node.input.some((it) => isScaleNamed(index, it));
      name = next;
    } else break;
  }
  return { node: null, gain, isNormed, factors };
}

/** A weight of one dimension among the inputs. */
export function vectorIn(index: GraphIndex, names: readonly string[]): TensorProto | null {
  return weightsIn(index, names).find((it) => it.dims.length === 1 && elementsOf(it) > 1) ?? null;
}

/** A weight of a single element among the inputs. */
function numberIn(index: GraphIndex, names: readonly string[]): TensorProto | null {
  return weightsIn(index, names).find((it) => elementsOf(it) === 1) ?? null;
}

function weightsIn(index: GraphIndex, names: readonly string[]): readonly TensorProto[] {
  return names.flatMap((name) => {
    const cast = index.producer.get(name);
    const held = index.constant(name) ?? (cast?.opType === 'Cast' ? index.constant(cast.input[0] ?? '') : null);
    return held === null ? [] : [held];
  });
}

/** What makes the divisor of a norm, or its inverse. */
const scaling = new Set(['Sqrt', 'Div', 'Reciprocal', 'Pow', 'ReduceMean']);

/** The input of a sum or product that carries the values: not a weight, and not the factor of a norm. */
function nextOf(index: GraphIndex, node: NodeProto, stops: ReadonlySet<string>): string | null {
  const open = node.input.filter((name) => weightsIn(index, [name]).length === 0);
  const arrived = open.find((name) => stops.has(name));
  if (arrived !== undefined) return arrived;
  if (open.length === 1) return open[0]!;
  if (node.opType === 'Add') return null;
  if (node.opType === 'Div' || node.opType === 'Sub') return open[0]!;
  // (x − mean) · 1/σ, or x · scale of an 8-bit product.
  const carrying = open.filter((name) => !isFactor(index, name));
  return carrying.length === 1 ? carrying[0]! : null;
}

function isFactor(index: GraphIndex, name: string): boolean {
  const node = index.producer.get(name);
  if (node === undefined) return false;
  if (node.opType === 'Cast') return isFactor(index, node.input[0] ?? '');
  if (node.opType === 'Mul')
    return weightsIn(index, node.input).some((it) => it.dims.length <= 1) && isScale(index, node);
  return scaling.has(node.opType);
}

/** Whether a tensor is the scale of an 8-bit product, which makes floats of its integers and is no factor of its own. */
function isScaleNamed(index: GraphIndex, name: string): boolean {
  const node = index.producer.get(name);
  return node?.opType === 'Mul' && isScale(index, node);
}

/** Whether a product is one of scales: one of its factors comes from quantising activations. */
function isScale(index: GraphIndex, { input }: NodeProto): boolean {
  return input.some((name) => {
    const node = index.producer.get(name);
    return node?.opType === 'DynamicQuantizeLinear' && node.output[1] === name;
  });
}
