/** Products with a weight: which nodes they are, and the matrix of each in whatever form the exporter left it. */
import { TensorProto_DataType, type NodeProto, type TensorProto } from 'onnx-buf';
import { isFloatType } from './dequantise.js';
import { integerAttribute, type GraphIndex } from './graph.js';
import { bitsOf } from './tensorBytes.js';
import { blockMatrix, floatMatrix, integerMatrix, type WeightMatrix } from './weightMatrix.js';

/** A product of activations with a matrix; `inputsAre` says along what of the stored matrix the activations are summed. */
export interface Projection {
  readonly node: NodeProto;
  readonly matrix: WeightMatrix;
  readonly inputsAre: 'rows' | 'columns';
  /** The tensor with the result as floats; of a product of integers, after the scales. */
  readonly output: string;
}

/** Why a weight cannot be read, for people. */
export interface Unreadable {
  readonly unreadable: string;
}

interface Turned {
  readonly matrix: WeightMatrix;
  /** Whether the graph uses the transpose of what is stored. */
  readonly isTransposed: boolean;
}

const products = new Set([
  'MatMul',
  'FusedMatMul',
  'Gemm',
  'MatMulNBits',
  'MatMulInteger',
  'MatMulIntegerToFloat',
  'DynamicQuantizeMatMul',
]);

export function isUnreadable<Value extends object>(value: Value | Unreadable): value is Unreadable {
  return 'unreadable' in value;
}

/** Reads off a node whether it is a product with a weight of two dimensions; null for other nodes. */
export function projectionOf(index: GraphIndex, node: NodeProto): Projection | Unreadable | null {
  if (node.opType === 'MatMulBnb4') return { unreadable: 'its weights are packed as bnb4, which is not read here' };
  if (!products.has(node.opType)) return null;
  if (node.opType === 'MatMulNBits') return packedProjection(index, node);
  const weight = node.input[1] ?? '';
  if (node.opType === 'MatMul' || node.opType === 'FusedMatMul' || node.opType === 'Gemm') {
    const found = matrixNamed(index, weight);
    if (found === null || isUnreadable(found)) return found;
    const flips = integerAttribute(node, 'transB') === 1;
    const inputsAre = found.isTransposed === flips ? 'rows' : 'columns';
    return { node, matrix: found.matrix, inputsAre, output: node.output[0] ?? '' };
  }
  const held = index.constant(weight);
  if (held?.dims.length !== 2) return null;
  const scaled = scaleOfProduct(index, node);
  if (scaled === null) return { unreadable: `the scales of the 8-bit weights of "${node.name}" were not found` };
  const zeroInput = { MatMulInteger: 3, MatMulIntegerToFloat: 5, DynamicQuantizeMatMul: 3 }[node.opType] ?? 3;
  const zero = index.constant(node.input[zeroInput] ?? '');
  return { node, matrix: integerMatrix(held, scaled.scale, zero, 1), inputsAre: 'rows', output: scaled.output };
}

/** onnxruntime's product with packed rows, [out, in]. */
function packedProjection(index: GraphIndex, node: NodeProto): Projection | Unreadable | null {
  const packed = index.constant(node.input[1] ?? '');
  const scales = index.constant(node.input[2] ?? '');
  if (packed === null || scales === null) return null;
  if ((node.input[4] ?? '') !== '') return { unreadable: `"${node.name}" has its inputs in another order (g_idx)` };
  const bits = integerAttribute(node, 'bits') ?? 4;
  if (![2, 4, 8].includes(bits)) return { unreadable: `"${node.name}" packs ${bits} bits` };
  const layout = {
    rows: integerAttribute(node, 'N') ?? 0,
    columns: integerAttribute(node, 'K') ?? 0,
    bits,
    block: integerAttribute(node, 'block_size') ?? 32,
    zero: 2 ** (bits - 1),
    isSigned: false,
  };
  const zeroPoints = index.constant(node.input[3] ?? '');
  const matrix = blockMatrix(packed, scales, zeroPoints, layout);
  return { node, matrix, inputsAre: 'columns', output: node.output[0] ?? '' };
}

interface Scaled {
  readonly scale: TensorProto;
  readonly output: string;
}

/** MatMulInteger leaves the scales to what follows: Cast, then Mul with (activations' scale · weights' scale). */
function scaleOfProduct(index: GraphIndex, node: NodeProto): Scaled | null {
  const output = node.output[0] ?? '';
  const own = { MatMulIntegerToFloat: 3, DynamicQuantizeMatMul: 2 }[node.opType];
  if (own !== undefined) {
    const scale = index.constant(node.input[own] ?? '');
    return scale === null ? null : { scale, output };
  }
  const following = new Set([output]);
  for (const next of index.graph.node) {
    if (!next.input.some((name) => following.has(name))) continue;
    if (next.opType === 'Cast') following.add(next.output[0] ?? '');
    if (next.opType !== 'Mul') continue;
    const other = next.input.find((name) => !following.has(name)) ?? '';
    const factors = [other, ...(index.producer.get(other)?.input ?? [])];
    const scale = factors.map((name) => index.constant(name)).find((it) => it !== null);
    return scale ? { scale, output: next.output[0] ?? '' } : null;
  }
  return null;
}

/** A matrix that the graph computes from a weight without changing it: turned, dequantised, cast. Null when it is no weight. */
function matrixNamed(index: GraphIndex, name: string): Turned | Unreadable | null {
  const held = index.constant(name);
  if (held !== null) return held.dims.length === 2 ? plain(held) : null;
  const node = index.producer.get(name);
  if (node === undefined) return null;
  if (node.opType === 'DequantizeLinear') return dequantised(index, node);
  if (!['Transpose', 'Cast', 'Identity'].includes(node.opType)) return null;
  const found = matrixNamed(index, node.input[0] ?? '');
  if (found === null || isUnreadable(found) || node.opType !== 'Transpose') return found;
  return { ...found, isTransposed: !found.isTransposed };
}

function plain(tensor: TensorProto): Turned | Unreadable {
  if (isFloatType(tensor.dataType)) return { matrix: floatMatrix(tensor), isTransposed: false };
  const type = TensorProto_DataType[tensor.dataType] ?? String(tensor.dataType);
  return { unreadable: `"${tensor.name}" is of type ${type}` };
}

/** A weight, perhaps turned, whose integers a DequantizeLinear makes floats of. */
function dequantised(index: GraphIndex, node: NodeProto): Turned | Unreadable | null {
  let name = node.input[0] ?? '';
  let isTransposed = false;
  for (let inner = index.producer.get(name); inner?.opType === 'Transpose' || inner?.opType === 'Identity';) {
    if (inner.opType === 'Transpose') isTransposed = !isTransposed;
    name = inner.input[0] ?? '';
    inner = index.producer.get(name);
  }
  const held = index.constant(name);
  const scale = index.constant(node.input[1] ?? '');
  if (held?.dims.length !== 2 || scale === null) return null;
  return withScales(held, scale, index.constant(node.input[2] ?? ''), node, isTransposed);
}

function withScales(
  held: TensorProto,
  scale: TensorProto,
  zeroPoint: TensorProto | null,
  node: NodeProto,
  isTransposed: boolean,
): Turned | Unreadable {
  const unreadable = { unreadable: `"${held.name}" is quantised in a way that is not known here` };
  const bits = bitsOf(held.dataType);
  if (bits === null || bits > 8 || !isFloatType(scale.dataType)) return unreadable;
  const [rows = 0, columns = 0] = held.dims.map(Number);
  const given = integerAttribute(node, 'axis') ?? 1;
  const axis = (((given + 2) % 2) + (isTransposed ? 1 : 0)) % 2 === 0 ? 0 : 1;
  if (scale.dims.length <= 1) {
    return { matrix: integerMatrix(held, scale, zeroPoint, axis), isTransposed };
  }
  // With a scale for every block, rows are read in blocks; blocks down a column have no such form.
  const block = integerAttribute(node, 'block_size') ?? 0;
  if (isTransposed || axis !== 1 || block === 0) return unreadable;
  const isSigned = held.dataType === TensorProto_DataType.INT8 || held.dataType === TensorProto_DataType.INT4;
  const layout = { rows, columns, bits, block, zero: 0, isSigned };
  return { matrix: blockMatrix(held, scale, zeroPoint, layout), isTransposed };
}

const aliases = new Set(['Cast', 'Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/** The table in which token ids are looked up, [vocabulary, d]; its vectors are rows, or columns where it is turned. */
export function embeddingTable(index: GraphIndex): (Turned & { readonly node: NodeProto }) | Unreadable | null {
  const isIds = (name: string): boolean => {
    const node = index.producer.get(name);
    return name === 'input_ids' || (node !== undefined && aliases.has(node.opType) && isIds(node.input[0] ?? ''));
  };
  for (const node of index.graph.node) {
    if (node.opType === 'GatherBlockQuantized' && isIds(node.input[1] ?? '')) return packedTable(index, node);
    const [table, ids] = node.opType === 'EmbedLayerNormalization' ? [2, 0] : [0, 1];
    if ((node.opType !== 'Gather' && table === 0) || !isIds(node.input[ids] ?? '')) continue;
    const found = tableNamed(index, node, node.input[table] ?? '');
    if (found !== null) return isUnreadable(found) ? found : { ...found, node };
  }
  return null;
}

/** A quantised table is looked up first and what was found dequantised after it. */
function tableNamed(index: GraphIndex, gather: NodeProto, name: string): Turned | Unreadable | null {
  const held = index.constant(name);
  if (held === null || isFloatType(held.dataType)) return matrixNamed(index, name);
  const next = index.graph.node.find(
    (node) => node.opType === 'DequantizeLinear' && node.input[0] === gather.output[0],
  );
  const scale = index.constant(next?.input[1] ?? '');
  if (next === undefined || scale === null) return plain(held);
  return withScales(held, scale, index.constant(next.input[2] ?? ''), next, false);
}

function packedTable(index: GraphIndex, node: NodeProto): (Turned & { readonly node: NodeProto }) | Unreadable | null {
  let name = node.input[0] ?? '';
  for (let inner = index.producer.get(name); inner !== undefined && aliases.has(inner.opType);) {
    name = inner.input[0] ?? '';
    inner = index.producer.get(name);
  }
  const packed = index.constant(name);
  const scales = index.constant(node.input[2] ?? '');
  if (packed === null || scales?.dims.length !== 2) return null;
  const isBytes = packed.dataType === TensorProto_DataType.UINT8;
  const bits = isBytes ? (integerAttribute(node, 'bits') ?? 4) : bitsOf(packed.dataType)!;
  const block = integerAttribute(node, 'block_size') ?? 128;
  const rows = Number(scales.dims[0]);
  const elements = packed.dims.reduce((product, dim) => product * Number(dim), isBytes ? 8 / bits : 1);
  const layout = {
    rows,
    // A table is looked up in whole rows, which are not padded.
    columns: elements / rows,
    bits,
    block,
    zero: isBytes ? 2 ** (bits - 1) : 0,
    isSigned: packed.dataType === TensorProto_DataType.INT4,
  };
  const zeroPoints = index.constant(node.input[3] ?? '');
  return { node, matrix: blockMatrix(packed, scales, zeroPoints, layout), isTransposed: false };
}
