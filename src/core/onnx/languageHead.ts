/** Logits of the wanted positions only: the others are dropped before the costliest product of a small model. */
import { create } from '@bufbuild/protobuf';
import { TensorProtoSchema, TensorProto_DataType, type GraphProto, type NodeProto, type TensorProto } from 'onnx-buf';
import { dimensionsOf, GraphIndex, integerAttribute, makeNode, readsOf } from './graph.js';
import { int64Tensor } from './pieces.js';
import { hookPorts } from './hooks.js';
import type { ResidualStream } from './residualStream.js';

const projections = new Set([
  'MatMul',
  'FusedMatMul',
  'MatMulNBits',
  'MatMulInteger',
  'MatMulIntegerToFloat',
  'DynamicQuantizeMatMul',
  'Gemm',
]);
const allLogits = 'steer.all_logits';
const wantedHidden = 'steer.hidden';

/**
 * Makes `logits` [B, P, V] of the P positions in the port `steer.logit_positions`. Where the graph already takes some
 * positions (the last one, or `num_logits_to_keep`), that node is replaced.
 */
export function selectLogits(graph: GraphProto, stream: ResidualStream, vocabulary: number): void {
  bindLogitsToKeep(graph);
  const index = new GraphIndex(graph);
  const head = stream.tail.findLast((node) => projections.has(node.opType));
  const before = head === undefined ? stream.tail : stream.tail.slice(0, stream.tail.indexOf(head));
  const selecting = before.find((node) => isSelection(index, node, stream));
  const hidden = head?.input[0];
  if (selecting !== undefined) {
    const dropsAxis = selecting.opType === 'Gather' && rankOf(index, selecting.input[1] ?? '') === 0;
    replaceSelection(graph, selecting);
    if (dropsAxis) keepAxis(graph, stream, head, vocabulary);
  } else if (head !== undefined && hidden !== undefined && !isFlattened(graph, stream, head)) {
    insert(graph, graph.node.indexOf(head), gatherPositions(hidden, wantedHidden));
    head.input = head.input.map((name, i) => (i === 0 ? wantedHidden : name));
    forgetShapes(graph, wantedHidden);
  } else {
    // A head that sees [B·S, d]: all logits are computed, and the wanted ones taken.
    const last = renameLogits(graph, allLogits);
    insert(graph, last + 1, gatherPositions(allLogits, 'logits'));
  }
}

/** Gives what the graph calls `logits` another name; returns the index of the node that makes them. */
function renameLogits(graph: GraphProto, name: string): number {
  const last = graph.node.findIndex((node) => node.output.includes('logits'));
  const node = graph.node[last]!;
  node.output = node.output.map((output) => (output === 'logits' ? name : output));
  return last;
}

/**
 * The graph took one position and dropped its axis, [B, d]; now that there are P of them, what counted on two axes gets
 * three: an axis that was put back stays away, and a Gemm, which takes no more than two, works on all rows in one axis.
 */
function keepAxis(graph: GraphProto, stream: ResidualStream, head: NodeProto | undefined, vocabulary: number): void {
  for (const node of stream.tail) if (node.opType === 'Unsqueeze') replaceByIdentity(node);
  if (head?.opType !== 'Gemm') return;
  const flat = `${wantedHidden}.flat`;
  const at = graph.node.indexOf(head);
  // Flatten to its last axis: [B, P, d] → [B·P, d].
  insert(graph, at, makeNode('Flatten', flat, [head.input[0]!], [flat], { axis: 2 }));
  head.input = head.input.map((name, i) => (i === 0 ? flat : name));
  const last = renameLogits(graph, allLogits);
  const [count, shape] = ['steer.logits.count', 'steer.logits.shape'];
  graph.initializer.push(int64Tensor(`${shape}.rows`, [-1]), int64Tensor(`${shape}.vocabulary`, [vocabulary]));
  graph.node.splice(
    last + 1,
    0,
    makeNode('Shape', count, [hookPorts.logitPositions], [count]),
    makeNode('Concat', shape, [`${shape}.rows`, count, `${shape}.vocabulary`], [shape], { axis: 0 }),
    makeNode('Reshape', 'steer.logits', [allLogits, shape], ['logits']),
  );
}

function replaceByIdentity(node: NodeProto): void {
  node.opType = 'Identity';
  node.input = node.input.slice(0, 1);
  node.attribute = [];
}

/** Number of axes of a tensor as far as the file says. */
function rankOf(index: GraphIndex, name: string): number | null {
  const held = index.constant(name);
  if (held !== null) return held.dims.length;
  const declared = index.value.get(name);
  return declared === undefined ? null : (dimensionsOf(declared)?.length ?? null);
}

function insert(graph: GraphProto, at: number, node: NodeProto): void {
  graph.node.splice(at, 0, node);
}

function gatherPositions(data: string, output: string): NodeProto {
  const inputs = [data, hookPorts.logitPositions];
  return makeNode('Gather', `${hookPorts.logitPositions}.take`, inputs, [output], { axis: 1 });
}

/** A Slice or Gather of hidden states along their positions, between the last block and the head. */
function isSelection(index: GraphIndex, node: NodeProto, stream: ResidualStream): boolean {
  if (!stream.flowing.has(node.input[0] ?? '')) return false;
  if (node.opType === 'Gather') return integerAttribute(node, 'axis') === 1;
  if (node.opType !== 'Slice') return false;
  const attribute = node.attribute.find(({ name }) => name === 'axes');
  const axes = attribute?.ints.map(Number) ?? integersOf(index.constant(node.input[3] ?? ''));
  // Without axes the first ones are meant: batch, then positions.
  return (
    axes === null || (axes.every((axis) => axis === 0 || axis === 1 || axis === -2) && axes.some((axis) => axis !== 0))
  );
}

function integersOf(tensor: TensorProto | null): readonly number[] | null {
  if (tensor === null) return null;
  if (tensor.rawData.length === 0) return [...tensor.int64Data, ...tensor.int32Data].map(Number);
  const bytes = tensor.rawData.slice();
  const isLong = tensor.dataType === TensorProto_DataType.INT64;
  return isLong ? [...new BigInt64Array(bytes.buffer)].map(Number) : [...new Int32Array(bytes.buffer)];
}

function replaceSelection(graph: GraphProto, selecting: NodeProto): void {
  const output = selecting.output[0]!;
  graph.node[graph.node.indexOf(selecting)] = gatherPositions(selecting.input[0]!, output);
  forgetShapes(graph, output);
}

/** Whether the head works on positions of all rows in one axis, so that they cannot be taken before it. */
function isFlattened(graph: GraphProto, stream: ResidualStream, head: NodeProto): boolean {
  const after = stream.tail.slice(stream.tail.indexOf(head));
  return head.opType === 'Gemm' || after.some((node) => node.opType === 'Reshape');
}

/** In exports that can keep the last n logits, n = 0 keeps all: what is kept is chosen by our port. */
function bindLogitsToKeep(graph: GraphProto): void {
  const name = ['num_logits_to_keep', 'logits_to_keep'].find((port) =>
    graph.input.some((value) => value.name === port),
  );
  if (name === undefined) return;
  const dims = graph.input.find((value) => value.name === name)?.type?.value;
  const rank = dims?.case === 'tensorType' ? (dims.value.shape?.dim.length ?? 0) : 0;
  graph.input = graph.input.filter((value) => value.name !== name);
  graph.initializer.push(
    create(TensorProtoSchema, {
      name,
      dataType: TensorProto_DataType.INT64,
      dims: rank === 0 ? [] : [1n],
      rawData: new Uint8Array(8),
    }),
  );
}

/** Drops declared shapes of everything after the selection: they said "sequence" where it is now P. */
function forgetShapes(graph: GraphProto, from: string): void {
  const after = new Set([from]);
  for (const node of graph.node) {
    if (readsOf(node).some((name) => after.has(name))) for (const output of node.output) after.add(output);
  }
  graph.valueInfo = graph.valueInfo.filter((value) => !after.has(value.name));
}
